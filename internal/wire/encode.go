package wire

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

// AppendTally appends a record of what the kernel has counted on a CPU.
func AppendTally(dst []byte, time uint64, cpu uint32, c Count) []byte {
	x := tally{
		Head: newHead(Tally, tallySize, 0, time), Counter: c.Counter,
		Hook: uint32(c.Hook), Missed: c.Missed,
	}
	x.Head.Cpu = uint16(cpu)
	if c.Final {
		x.Final = 1
	}
	return appendFixed(dst, &x)
}

// maxSnapshotArgs bounds argv in a snapshot record, in bytes.
const maxSnapshotArgs = 64 << 10

// AppendSnapshot appends a snapshot record of the kernel with what /proc adds to it: argv, each
// string ended by a NUL, and two paths. It reports false for a record that is none.
func AppendSnapshot(dst, record, args []byte, executable, directory string) ([]byte, bool) {
	var x snapshot
	if _, ok := load(&x, record); !ok || Kind(x.Head.Kind) != Snapshot {
		return dst, false
	}
	args = args[:min(len(args), maxSnapshotArgs)]
	executable, directory = executable[:min(len(executable), 1<<16-1)], directory[:min(len(directory), 1<<16-1)]
	x.ArgsLen, x.ExeLen, x.CwdLen = uint32(len(args)), uint16(len(executable)), uint16(len(directory))
	x.Head.Size = uint32(int(snapshotSize) + len(args) + len(executable) + len(directory))
	dst = append(appendFixed(dst, &x), args...)
	dst = append(dst, executable...)
	return append(dst, directory...), true
}

// SnapshotHead returns which process a snapshot record of the kernel is about, and
// whether it is the one that read the record.
func SnapshotHead(record []byte) (process ID, reader, ok bool) {
	var x snapshot
	if _, ok := load(&x, record); !ok {
		return ID{}, false, false
	}
	return idOf(&x.Self), x.Flags&snapshotReader != 0, true
}

func newHead(kind Kind, fixed uintptr, tail int, time uint64) head {
	return head{Kind: uint16(kind), Size: uint32(int(fixed) + tail), Time: time}
}
