package wire

import "github.com/exectrail/exectrail/event"

// AppendClock appends a record that says what to add to CLOCK_BOOTTIME for the wall clock.
func AppendClock(dst []byte, time uint64, offset int64) []byte {
	return appendFixed(dst, &clock{Head: newHead(Clock, clockSize, 0, time), OffsetNs: offset})
}

// AppendName appends a record that names a user or a group.
func AppendName(dst []byte, time uint64, n NameOf) []byte {
	x := name{Head: newHead(Name, nameSize, len(n.Name), time), Id: n.ID}
	if n.Group {
		x.OfGroup = 1
	}
	return append(appendFixed(dst, &x), n.Name...)
}

// AppendSeen appends a record of a file that was seen before this session.
func AppendSeen(dst []byte, time uint64, f *event.File) []byte {
	x := seen{Head: newHead(Seen, seenSize, 0, time), Changed: f.Changed}
	x.File.Inode, x.File.Device = f.Inode, f.DeviceMajor<<minorBits|f.DeviceMinor
	return appendFixed(dst, &x)
}

// AppendTally appends a record of what the kernel has counted in a stream.
func AppendTally(dst []byte, time uint64, s Stream, c Count) []byte {
	x := tally{
		Head: newHead(Tally, tallySize, 0, time), Counter: c.Counter,
		Hook: uint32(c.Hook), Missed: c.Missed,
	}
	x.Head.Cpu, x.Head.Lane = uint16(s.CPU()), uint8(s.Lane())
	x.Head.Seq, x.When = c.Sequence, uint32(c.When)
	return appendFixed(dst, &x)
}

// AppendSkipped appends a record that says that records are missing before it in a
// recording. time is when there was room again.
func AppendSkipped(dst []byte, time uint64, s Skip) []byte {
	return appendFixed(dst, &skipped{Head: newHead(Skipped, skippedSize, 0, time), Since: s.Since, Records: s.Records})
}

// AppendCause appends a record of why the exec failed that the record r is of, which is to come after it.
func AppendCause(dst []byte, r *Record, c event.FailureCause, detail string) []byte {
	detail = detail[:min(len(detail), maxDetail)]
	x := cause{Head: newHead(Cause, causeSize, len(detail), r.Time), Cause: uint32(c), DetailLen: uint32(len(detail))}
	x.Head.Cpu, x.Head.Lane, x.Head.Seq = uint16(r.CPU), uint8(r.Stream.Lane()), r.Seq
	return append(appendFixed(dst, &x), detail...)
}

// AppendFilled appends a record of what /proc told of the process of the degraded exec that the record r is of, which is
// to come after it.
func AppendFilled(dst []byte, r *Record, t Texts) []byte {
	executable, directory := clipText(t.Executable), clipText(t.Directory)
	args := t.Args[:min(len(t.Args), maxSnapshotArgs)]
	x := filled{
		Head:    newHead(Filled, filledSize, len(args)+len(executable)+len(directory), r.Time),
		ArgsLen: uint32(len(args)), ExeLen: uint16(len(executable)), CwdLen: uint16(len(directory)),
	}
	x.Head.Cpu, x.Head.Lane, x.Head.Seq = uint16(r.CPU), uint8(r.Stream.Lane()), r.Seq
	dst = append(appendFixed(dst, &x), args...)
	dst = append(dst, executable...)
	return append(dst, directory...)
}

// maxDetail bounds the detail of a cause, in bytes: it is a path at most (PATH_MAX).
const maxDetail = 4096

// maxSnapshotArgs bounds argv in a snapshot record, in bytes.
const maxSnapshotArgs = 64 << 10

// Texts is what /proc adds to a snapshot record.
type Texts struct {
	Args                  []byte // argv, each string ended by a NUL
	Executable, Directory string
	Cgroup                string // path of its control group; of a snapshot alone
}

// AppendSnapshot appends a snapshot record of the kernel with what /proc adds to
// it. It reports false for a record that is none.
func AppendSnapshot(dst, record []byte, t Texts) ([]byte, bool) {
	var x snapshot
	if _, ok := load(&x, record); !ok || Kind(x.Head.Kind) != Snapshot {
		return dst, false
	}
	return appendSnapshot(dst, &x, t), true
}

// AppendUnlisted appends a snapshot record of a process that the task iterator
// did not list, for the kernel may hide a process from one with fewer privileges. Its
// user and group are not known.
func AppendUnlisted(dst []byte, time uint64, process, parent ID, comm string, t Texts) []byte {
	x := snapshot{
		Head: newHead(Snapshot, snapshotSize, 0, time),
		Uid:  event.NoID, Gid: event.NoID,
	}
	return appendNamed(dst, &x, process, parent, comm, t)
}

// A Relative is a process that records of others name, and its parent as far as it is known.
type Relative struct {
	ID, Parent ID
	UID, GID   uint32
}

// AppendRelative appends a snapshot record of a process that was looked at when an event of a descendant came, at time.
func AppendRelative(dst []byte, time uint64, r Relative, comm string, t Texts) []byte {
	x := snapshot{Head: newHead(Snapshot, snapshotSize, 0, time), Uid: r.UID, Gid: r.GID}
	return appendNamed(dst, &x, r.ID, r.Parent, comm, t)
}

// appendNamed appends a snapshot record that the kernel did not write.
func appendNamed(dst []byte, x *snapshot, process, parent ID, comm string, t Texts) []byte {
	x.Self.Pid, x.Self.Start, x.Self.ExecId = process.PID, process.Start, process.ExecID
	x.Parent.Pid, x.Parent.Start, x.Parent.ExecId = parent.PID, parent.Start, parent.ExecID
	copy(x.Comm[:len(x.Comm)-1], comm)
	return appendSnapshot(dst, x, t)
}

func appendSnapshot(dst []byte, x *snapshot, t Texts) []byte {
	args := t.Args[:min(len(t.Args), maxSnapshotArgs)]
	executable, directory := clipText(t.Executable), clipText(t.Directory)
	x.ArgsLen, x.ExeLen, x.CwdLen = uint32(len(args)), uint16(len(executable)), uint16(len(directory))
	cgroup := clipText(t.Cgroup)
	x.Head.Size = uint32(int(snapshotSize) + len(args) + len(executable) + len(directory) + len(cgroup))
	dst = append(appendFixed(dst, x), args...)
	dst = append(dst, executable...)
	return append(append(dst, directory...), cgroup...)
}

// clipText makes a text short enough for its length to be counted in a record.
func clipText(s string) string { return s[:min(len(s), 1<<16-1)] }

// SnapshotHead returns which process a snapshot record of the kernel is about,
// its parent, and whether it is the one that read the record.
func SnapshotHead(record []byte) (process, parent ID, reader bool) {
	var x snapshot
	if _, ok := load(&x, record); !ok {
		return ID{}, ID{}, false
	}
	return idOf(&x.Self), idOf(&x.Parent), x.Flags&snapshotReader != 0
}

func newHead(kind Kind, fixed uintptr, tail int, time uint64) head {
	return head{Kind: uint8(kind), Size: uint32(int(fixed) + tail), Time: time}
}
