package wire

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/exectrail/exectrail/event"
)

// ErrRecord is the error of a record that the kernel cannot have written.
var ErrRecord = errors.New("malformed record")

// Decoder decodes the records of one session in their order. The zero value is ready.
type Decoder struct {
	cpus []assembly
	exe  []byte
	cwd  []byte
	tty  []byte

	// Space for the fixed part of a record, so that it need not be allocated.
	exec     exec
	chunk    chunk
	fork     fork
	exit     exit
	snapshot snapshot
	clock    clock
	name     name
	tally    tally
}

// Decode reads one record into *r. Its slices may point into record.
func (d *Decoder) Decode(record []byte, r *Record) error {
	var h head
	if _, ok := load(&h, record); !ok || uintptr(h.Size) < headSize || uint64(h.Size) > uint64(len(record)) {
		return fmt.Errorf("%w: %d bytes, head says %d", ErrRecord, len(record), h.Size)
	}
	record = record[:h.Size]
	r.Kind, r.CPU, r.Seq, r.Time, r.Size = Kind(h.Kind), uint32(h.Cpu), h.Seq, h.Time, len(record)

	ok := false
	switch r.Kind {
	case Exec:
		ok = d.decodeExec(record, r)
	case Fork:
		ok = d.decodeFork(record, r)
	case Exit:
		ok = d.decodeExit(record, r)
	case Chunk:
		ok = d.decodeChunk(record)
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
	case Tally:
		if _, ok = load(&d.tally, record); ok {
			ok = d.tally.Hook < uint32(Counted)
			r.Tally = Count{
				Hook: Kind(d.tally.Hook), Counter: d.tally.Counter,
				Missed: d.tally.Missed, Final: d.tally.Final != 0,
			}
		}
	}
	if !ok {
		return fmt.Errorf("%w: kind %d, %d bytes", ErrRecord, h.Kind, h.Size)
	}
	return nil
}

func (d *Decoder) decodeExec(record []byte, r *Record) bool {
	x := &d.exec
	tail, ok := load(x, record)
	if !ok {
		return false
	}
	var args, exe, cwd []byte
	e := &r.Exec
	for _, part := range [...]struct {
		dst *[]byte
		len uint32
	}{
		{&args, x.ArgsHere},
		{&e.Filename, uint32(x.FilenameLen)}, {&e.Interpreter, uint32(x.InterpLen)},
		{&exe, uint32(x.ExeLen)}, {&cwd, uint32(x.CwdLen)},
		{&e.CgroupName, uint32(x.CgroupLen)}, {&e.CgroupParent, uint32(x.CgroupParentLen)},
	} {
		if uint64(part.len) > uint64(len(tail)) {
			return false
		}
		*part.dst, tail = tail[:part.len], tail[part.len:]
	}
	r.ID, r.Parent = idOf(&x.Self), idOf(&x.Parent)
	e.Task = event.Task{
		PID: x.Self.Pid, NamespacePID: x.Ns.NsPid, ParentPID: x.Parent.Pid,
		SessionID: x.Sid, GroupID: x.Pgid,
		Comm: untilNUL(x.Comm[:]), TTY: d.ttyName(untilNUL(x.Tty[:])),
	}
	e.Credentials = event.Credentials{
		UID: x.Cred.Uid, EUID: x.Cred.Euid, SUID: x.Cred.Suid,
		GID: x.Cred.Gid, EGID: x.Cred.Egid, SGID: x.Cred.Sgid,
		LoginUID: x.Cred.LoginUid, AuditSession: x.Cred.AuditSession,
		CapEffective: x.Cred.CapEffective, CapPermitted: x.Cred.CapPermitted,
	}
	e.Namespaces = event.Namespaces{
		PIDNS: x.Ns.Pid, MountNS: x.Ns.Mnt, UserNS: x.Ns.User, NetNS: x.Ns.Net, CgroupNS: x.Ns.Cgroup,
	}
	e.CgroupID = x.CgroupId
	e.CallerTID = x.OldTid
	e.PreviousComm = untilNUL(x.OldComm[:])

	pseudo := x.Flags&filePseudo != 0
	e.ExecutableCut, e.DirectoryCut = x.Flags&exeCut != 0, x.Flags&cwdCut != 0
	e.DirectoryDeleted = x.Flags&cwdDeleted != 0
	e.TextCut = x.Flags&textCut != 0 && !e.ExecutableCut && !e.DirectoryCut
	d.exe = appendPath(d.exe[:0], exe, e.ExecutableCut)
	d.cwd = appendPath(d.cwd[:0], cwd, e.DirectoryCut)
	e.Executable, e.Directory = d.exe, d.cwd
	memfd := pseudo && bytes.HasPrefix(d.exe, []byte("/memfd:"))
	e.File = event.File{
		DeviceMajor: x.File.Device >> 20, DeviceMinor: x.File.Device & (1<<20 - 1),
		Inode: x.File.Inode, Links: x.File.Links,
		Deleted: x.Flags&fileDeleted != 0 && !pseudo, Memfd: memfd,
	}

	a := d.assembled(uint16(r.CPU), r.Seq)
	if x.ArgsHere == 0 {
		args = a.args
	}
	e.Args = event.Strings{Raw: clip(args, x.ArgsLen), Size: uint64(x.ArgsLen)}
	e.Env = event.Strings{}
	if x.Flags&withEnv != 0 {
		e.Env = event.Strings{Raw: clip(a.env, x.EnvLen), Size: uint64(x.EnvLen)}
	}
	e.ArgCount, e.EnvCount = x.Argc, x.Envc
	e.PrivilegesRaised = x.Flags&privilegesRaised != 0
	return true
}

func (d *Decoder) decodeFork(record []byte, r *Record) bool {
	x := &d.fork
	if _, ok := load(x, record); !ok {
		return false
	}
	r.ID, r.Parent = idOf(&x.Self), idOf(&x.Parent)
	r.Task = Task{
		NamespacePID: x.NsPid, KernelThread: x.Flags&kernelThread != 0,
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

func untilNUL(b []byte) []byte {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return b[:i]
	}
	return b
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
