package object

import (
	"encoding/binary"
)

// What the type information of a file may hold.
const (
	// maxTypes bounds how deep types can refer to each other, since the parser follows them by recursion, and a stack that
	// is too deep cannot be recovered from. 100,000 levels were measured to take 256 MiB of stack.
	maxTypes     = 1 << 16
	maxTypeNames = 64 << 20 // bytes in the names of types and members, of each of which a copy is made
	maxAccesses  = 1 << 30  // bytes that the relocations could take: each has a copy of a string
)

// checkTypes bounds what the parser makes of the type information. It leaves the rest of the errors to the parser.
func (f *elfFile) checkTypes() error {
	const headerSize = 24
	section := f.section(".BTF")
	if section == nil {
		return nil
	}
	raw := f.data(section)
	if len(raw) < headerSize {
		return nil
	}
	length := uint64(f.order.Uint32(raw[4:]))
	field := func(offset int) uint64 { return length + uint64(f.order.Uint32(raw[offset:])) }
	types, ok := within(raw, field(8), uint64(f.order.Uint32(raw[12:])))
	if !ok {
		return nil
	}
	names, ok := within(raw, field(16), uint64(f.order.Uint32(raw[20:])))
	if !ok {
		return nil
	}
	if ext := f.section(".BTF.ext"); ext != nil {
		const relocation = 16 // bytes
		if ext.Size/relocation*uint64(longest(names)) > maxAccesses {
			return damaged("relocations for fields take more than %d bytes", maxAccesses)
		}
	}
	return checkTypeNames(types, names, f.order)
}

func within(raw []byte, start, size uint64) ([]byte, bool) {
	if start > uint64(len(raw)) || size > uint64(len(raw))-start {
		return nil, false
	}
	return raw[start : start+size], true
}

func checkTypeNames(types, names []byte, order binary.ByteOrder) error {
	lengths := nameLengths(names)
	count, total := 0, 0
	for len(types) >= 12 {
		info := order.Uint32(types[4:])
		data, each, named := typeRecord(info >> 24 & 0x1f)
		n := int(info & 0xffff)
		size := 12 + data + each*n
		if size > len(types) {
			return nil
		}
		total += lengths(order.Uint32(types))
		if named {
			for member := types[12 : 12+each*n]; len(member) > 0; member = member[each:] {
				total += lengths(order.Uint32(member))
			}
		}
		if count++; count > maxTypes || total > maxTypeNames {
			return damaged("more than %d types, or %d bytes of their names", maxTypes, maxTypeNames)
		}
		types = types[size:]
	}
	return nil
}

// nameLengths returns a function that tells how long the string at an offset is, in constant time.
func nameLengths(names []byte) func(uint32) int {
	ends := make([]uint32, len(names))
	end := uint32(len(names))
	for i := len(names) - 1; i >= 0; i-- {
		if names[i] == 0 {
			end = uint32(i)
		}
		ends[i] = end
	}
	return func(offset uint32) int {
		if uint64(offset) >= uint64(len(ends)) {
			return 0
		}
		return int(ends[offset] - offset)
	}
}

// typeRecord returns how many bytes follow the head of a type of a kind, how many more for each of its members, and
// whether these begin with a name (Documentation/bpf/btf.rst).
func typeRecord(kind uint32) (data, each int, named bool) {
	switch kind {
	case 1, 14, 17: // int, var, decl_tag
		return 4, 0, false
	case 3: // array
		return 12, 0, false
	case 4, 5, 19: // struct, union, enum64
		return 0, 12, true
	case 6, 13: // enum, func_proto
		return 0, 8, true
	case 15: // datasec
		return 0, 12, false
	}
	return 0, 0, false
}
