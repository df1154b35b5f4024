package object

import (
	"encoding/binary"
	"fmt"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"

	"github.com/exectrail/exectrail/object/layout"
)

// A decoder knows what the keys and values of a map mean.
type decoder struct {
	key, value *layout.Type
	// variables tells that the one value of the map is a section of a program, with variables.
	variables bool
	// number is for adding values of which only the size is known; nil for sizes that no number has.
	number *layout.Type
}

// newDecoder takes the types from BTF where they fit, and else from what the kernel says of the type of map.
func newDecoder(m *ebpf.Map, key, value btf.Type) decoder {
	_, section := value.(*btf.Datasec)
	d := decoder{
		key: typeLayout(key, m.KeySize()), value: typeLayout(value, m.ValueSize()),
		number: integerLayout(m.ValueSize()),
	}
	d.variables = section && d.value != nil
	switch {
	case m.Type() == ebpf.LPMTrie && d.key == nil && m.KeySize() > 4:
		d.key = formatLayout(fmt.Sprintf("u32 prefix_len, u8 data[%d]", m.KeySize()-4))
	case d.key == nil && isArray(m.Type()):
		d.key = integerLayout(m.KeySize())
	}
	// User space sees the ids of what it put in by file descriptors.
	switch m.Type() {
	case ebpf.ProgramArray:
		d.value = formatLayout("u32 program")
	case ebpf.ArrayOfMaps, ebpf.HashOfMaps:
		d.value = formatLayout("u32 map")
	}
	if d.key == nil {
		d.key = layout.Opaque()
	}
	if d.value == nil {
		d.value = layout.Opaque()
	} else {
		d.number = nil
	}
	return d
}

// typeLayout returns the layout of a type if it has the size that the map says; nil if not. BTF can be wrong: a
// loader may change sizes and leave it.
func typeLayout(t btf.Type, size uint32) *layout.Type {
	if t == nil {
		return nil
	}
	l, err := layout.FromBTF(t, binary.NativeEndian)
	if err != nil || l.Size() > int(size) || l.Size() < int(size) && !l.Open() {
		return nil
	}
	return l
}

// integerLayout returns the layout of an unsigned integer; nil if none has the size.
func integerLayout(size uint32) *layout.Type {
	switch size {
	case 1, 2, 4, 8:
		return typeLayout(&btf.Int{Name: fmt.Sprintf("u%d", 8*size), Size: size, Encoding: btf.Unsigned}, size)
	}
	return nil
}

// formatLayout is for formats that are known to be right; were one not, its data would be shown in hexadecimal.
func formatLayout(format string) *layout.Type {
	l, err := layout.Parse(format, binary.NativeEndian)
	if err != nil {
		return nil
	}
	return l
}

// isArray reports whether the keys of a map are the numbers of its entries.
func isArray(t ebpf.MapType) bool {
	switch t {
	case ebpf.Array, ebpf.PerCPUArray, ebpf.ProgramArray, ebpf.PerfEventArray, ebpf.CGroupArray, ebpf.ArrayOfMaps, ebpf.DevMap,
		ebpf.SockMap, ebpf.CPUMap, ebpf.XSKMap, ebpf.ReusePortSockArray:
		return true
	}
	return false
}
