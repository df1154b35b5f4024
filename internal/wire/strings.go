package wire

import (
	"encoding/binary"
	"unsafe"
)

// StringsIn returns what of argv stands in a record itself, and the name of a file that a caller made up: that of a failed
// exec, or what it failed for. They are parts of record, which [Decoder.Decode] has taken.
func StringsIn(record []byte) (args, name []byte) {
	size := sizeOf(record)
	record = record[:size]
	switch Kind(record[0]) {
	case Exec:
		var x exec
		tail, _ := load(&x, record)
		return tail[:x.Attempt.ArgsHere], nil
	case Failed:
		var x failed
		tail, _ := load(&x, record)
		a := &x.Attempt
		from := uint32(a.FilenameLen) + uint32(a.CwdLen) + uint32(a.CgroupLen) + uint32(a.CgroupParentLen)
		return tail[from:][:a.ArgsHere], tail[:a.FilenameLen]
	case Snapshot:
		var x snapshot
		tail, _ := load(&x, record)
		return tail[:x.ArgsLen], nil
	case Filled:
		var x filled
		tail, _ := load(&x, record)
		return tail[:x.ArgsLen], nil
	case Cause:
		var x cause
		tail, _ := load(&x, record)
		return nil, tail[:x.DetailLen]
	}
	return nil, nil
}

// ChunkIn returns what a chunk is part of, the environment or else argv, where in the whole it begins, and the part, in record.
func ChunkIn(record []byte) (ofEnv bool, offset uint32, part []byte) {
	var x chunk
	tail, _ := load(&x, record[:sizeOf(record)])
	return x.OfEnv != 0, x.Offset, tail
}

// sizeOf returns the length of a record, whose slot in the ring may be larger.
func sizeOf(record []byte) uint32 {
	return binary.LittleEndian.Uint32(record[unsafe.Offsetof(head{}.Size):])
}
