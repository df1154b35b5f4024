package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"unsafe"
)

// ErrRecord is the error of a record that the kernel cannot have written.
var ErrRecord = errors.New("malformed record")

// Decoder decodes the records of one session in their order. The zero value is ready.
type Decoder struct {
	assemblies []assembly // by stream
	exe        []byte
	cwd        []byte
	tty        []byte
	why        why
	fill       fill

	// Space for the fixed part of a record, so that it need not be allocated.
	exec     exec
	failed   failed
	chunk    chunk
	fork     fork
	exit     exit
	snapshot snapshot
	clock    clock
	name     name
	tally    tally
	cause    cause
	skipped  skipped
	seen     seen
	skeleton skeleton
	filled   filled

	owner     owner
	container container
}

// Decode reads one record into *r. Its slices may point into record.
func (d *Decoder) Decode(record []byte, r *Record) error {
	var h head
	if _, ok := load(&h, record); !ok || uintptr(h.Size) < headSize || uint64(h.Size) > uint64(len(record)) || int(h.Lane) >= Lanes {
		return fmt.Errorf("%w: %d bytes, head says %d", ErrRecord, len(record), h.Size)
	}
	record = record[:h.Size]
	r.Kind, r.CPU, r.Stream = Kind(h.Kind), uint32(h.Cpu), StreamOf(uint32(h.Cpu), int(h.Lane))
	r.Seq, r.Time, r.Size = h.Seq, h.Time, len(record)

	ok := false
	switch r.Kind {
	case Exec:
		ok = d.decodeExec(record, r)
	case Failed:
		ok = d.decodeFailed(record, r)
	case Cause:
		ok = d.decodeCause(record, r)
	case Skeleton:
		ok = d.decodeSkeleton(record, r)
	case Filled:
		ok = d.decodeFilled(record, r)
	case Fork:
		ok = d.decodeFork(record, r)
	case Exit:
		ok = d.decodeExit(record, r)
	case Chunk:
		ok = d.decodeChunk(record, r.Stream)
	case Snapshot:
		ok = d.decodeSnapshot(record, r)
	case Clock:
		if _, ok = load(&d.clock, record); ok {
			r.Offset = d.clock.OffsetNs
		}
	case Name:
		var tail []byte
		if tail, ok = load(&d.name, record); ok {
			r.Name = NameOf{ID: d.name.Id, Group: d.name.OfGroup != 0, Name: tail}
		}
	case Owner:
		var tail []byte
		if tail, ok = load(&d.owner, record); ok {
			x := &d.owner
			r.Owner = OwnerOf{Scope: Scope{MountNS: x.MountNs, UserNS: x.UserNs}, What: OwnerWhat(x.What), ID: x.Id, Name: tail}
			ok = r.Owner.What <= ScopeMachine
		}
	case Container:
		var tail []byte
		if tail, ok = load(&d.container, record); ok {
			r.Facts, ok = decodeFacts(tail)
		}
	case Skipped:
		if _, ok = load(&d.skipped, record); ok {
			r.Skip = Skip{Since: d.skipped.Since, Records: d.skipped.Records}
		}
	case Seen:
		if _, ok = load(&d.seen, record); ok {
			r.File = fileOf(&d.seen.File)
			r.File.Changed = d.seen.Changed
		}
	case Tally:
		if _, ok = load(&d.tally, record); ok {
			ok = d.tally.Hook < uint32(Counted) && When(d.tally.When) <= Restart
			r.Tally = Count{
				Hook: Kind(d.tally.Hook), Counter: d.tally.Counter,
				Missed: d.tally.Missed, When: When(d.tally.When), Sequence: d.tally.Head.Seq,
			}
		}
	}
	if !ok {
		return fmt.Errorf("%w: kind %d, %d bytes", ErrRecord, h.Kind, h.Size)
	}
	return nil
}

func (d *Decoder) decodeFork(record []byte, r *Record) bool {
	x := &d.fork
	if _, ok := load(x, record); !ok {
		return false
	}
	r.ID, r.Parent = idOf(&x.Self), idOf(&x.Parent)
	r.Task = Task{
		NamespacePID: x.NsPid, KernelThread: x.Flags&kernelThread != 0, Context: x.Flags&forkContext != 0,
		UID: x.Uid, GID: x.Gid, Comm: untilNUL(x.Comm[:]),
	}
	return true
}

func (d *Decoder) decodeSnapshot(record []byte, r *Record) bool {
	x := &d.snapshot
	tail, ok := load(x, record)
	if !ok || uint64(x.ArgsLen)+uint64(x.ExeLen)+uint64(x.CwdLen) > uint64(len(tail)) {
		return false
	}
	r.ID, r.Parent = idOf(&x.Self), idOf(&x.Parent)
	args, tail := tail[:x.ArgsLen], tail[x.ArgsLen:]
	exe, tail := tail[:x.ExeLen], tail[x.ExeLen:]
	r.Task = Task{
		NamespacePID: x.NsPid, KernelThread: x.Flags&kernelThread != 0, Zombie: x.Flags&zombie != 0,
		UID: x.Uid, GID: x.Gid, Comm: untilNUL(x.Comm[:]),
		Args: args, Executable: exe, Directory: tail[:x.CwdLen],
		Cgroup: tail[x.CwdLen:],
	}
	return true
}

// ttyName returns the name below /dev of a terminal: the kernel calls the file pts/0 by pts0.
func (d *Decoder) ttyName(name []byte) []byte {
	number, pts := bytes.CutPrefix(name, []byte("pts"))
	if !pts {
		return name
	}
	d.tty = append(append(d.tty[:0], "pts/"...), number...)
	return d.tty
}

func idOf(x *id) ID { return ID{PID: x.Pid, Start: x.Start, ExecID: x.ExecId} }

// TimeOf returns the time of a record, CLOCK_BOOTTIME in ns.
func TimeOf(record []byte) uint64 {
	return binary.LittleEndian.Uint64(record[unsafe.Offsetof(head{}.Time):])
}

func untilNUL(b []byte) []byte {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return b[:i]
	}
	return b
}

// cutNUL splits off the first of strings that are ended by a NUL each. The last may lack it.
func cutNUL(b []byte) (first, rest []byte) {
	first, rest, _ = bytes.Cut(b, []byte{0})
	return first, rest
}

func clip(b []byte, most uint32) []byte {
	if uint64(len(b)) > uint64(most) {
		return b[:most]
	}
	return b
}

// appendPath appends the path whose components, from the last to the first and
// each ended by a NUL, are in reversed. A path that was cut has no leading slash.
func appendPath(dst, reversed []byte, cut bool) []byte {
	reversed = bytes.TrimSuffix(reversed, []byte{0})
	if len(reversed) == 0 {
		if cut {
			return dst
		}
		return append(dst, '/')
	}
	for first := true; len(reversed) > 0; first = false {
		i := bytes.LastIndexByte(reversed, 0)
		if !first || !cut {
			dst = append(dst, '/')
		}
		dst = append(dst, reversed[i+1:]...)
		reversed = reversed[:max(i, 0)]
	}
	return dst
}
