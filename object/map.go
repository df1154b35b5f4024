package object

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"
)

// Map is a map as the object defines it.
type Map struct {
	Name string `json:"name"`
	// Type is written as bpftool does: hash, percpu_array, ringbuf.
	Type string `json:"type"`
	// KeySize and ValueSize are in bytes. The kernel sets those that are 0 for some types.
	KeySize    uint32   `json:"key_size"`
	ValueSize  uint32   `json:"value_size"`
	MaxEntries uint32   `json:"max_entries"`
	Flags      []string `json:"flags"`
	// Pinned tells that the map is shared with whoever pinned one of its name: LIBBPF_PIN_BY_NAME.
	Pinned bool `json:"pinned"`
	// Key and Value are their types in C, "" where the object does not tell.
	Key   string `json:"key,omitempty"`
	Value string `json:"value,omitempty"`
	// Section tells that the map stands for the section of its name, which holds variables: the loader makes it.
	Section bool `json:"section,omitempty"`
	// Initial is how many bytes a section is filled with, and of other maps how many entries.
	Initial int `json:"initial,omitempty"`
	// Inner is what the maps are like that are values of this one.
	Inner *Map `json:"inner,omitempty"`
}

// Maps returns the maps of the object by name, those that stand for sections last.
func (o *Object) Maps() []Map {
	all := make([]Map, 0, len(o.spec.Maps))
	for _, name := range slices.Sorted(maps.Keys(o.spec.Maps)) {
		all = append(all, describeMap(name, o.spec.Maps[name]))
	}
	slices.SortStableFunc(all, func(a, b Map) int {
		switch {
		case a.Section == b.Section:
			return 0
		case a.Section:
			return 1
		}
		return -1
	})
	return all
}

// describeMap is told the name, since that of the spec is the one that the kernel gets, without dots on old kernels.
func describeMap(name string, spec *ebpf.MapSpec) Map {
	m := Map{
		Name: name, Type: mapTypeName(spec.Type),
		KeySize: spec.KeySize, ValueSize: spec.ValueSize, MaxEntries: spec.MaxEntries,
		Flags: mapFlags(spec.Flags), Pinned: spec.Pinning == ebpf.PinByName,
		Key: typeName(spec.Key), Value: typeName(spec.Value),
		Section: isDataSection(name), Initial: len(spec.Contents),
	}
	if m.Section {
		m.Key, m.Value, m.Initial = "", "", 0
		for _, c := range spec.Contents {
			if data, ok := c.Value.([]byte); ok {
				m.Initial += len(data)
			}
		}
	}
	if spec.InnerMap != nil {
		inner := describeMap(spec.InnerMap.Name, spec.InnerMap)
		m.Inner = &inner
	}
	return m
}

// isDataSection reports whether a name is that of a section, which no variable of C can have.
func isDataSection(name string) bool { return strings.HasPrefix(name, ".") }

// mapFlags names the bits of flags.
func mapFlags(flags uint32) []string {
	names := []string{}
	for bit := range 32 {
		switch {
		case flags&(1<<bit) == 0:
		case bit < len(mapFlagNames):
			names = append(names, mapFlagNames[bit])
		default:
			names = append(names, fmt.Sprintf("%#x", uint32(1)<<bit))
		}
	}
	return names
}

// mapFlagNames are the names of the flags of BPF_MAP_CREATE (include/uapi/linux/bpf.h), by bit.
var mapFlagNames = [...]string{
	"BPF_F_NO_PREALLOC", "BPF_F_NO_COMMON_LRU", "BPF_F_NUMA_NODE", "BPF_F_RDONLY", "BPF_F_WRONLY",
	"BPF_F_STACK_BUILD_ID", "BPF_F_ZERO_SEED", "BPF_F_RDONLY_PROG", "BPF_F_WRONLY_PROG", "BPF_F_CLONE",
	"BPF_F_MMAPABLE", "BPF_F_PRESERVE_ELEMS", "BPF_F_INNER_MAP", "BPF_F_LINK", "BPF_F_PATH_FD",
	"BPF_F_VTYPE_BTF_OBJ_FD", "BPF_F_TOKEN_FD", "BPF_F_SEGV_ON_FAULT", "BPF_F_NO_USER_CONV", "BPF_F_RB_OVERWRITE",
}

// typeName writes a type as C does. The kernel's names __u32 and __s32 are written u32 and s32.
func typeName(t btf.Type) string { return typeNameWithin(t, 8) }

// typeNameWithin follows at most depth types, since types of a file may refer to themselves.
func typeNameWithin(t btf.Type, depth int) string {
	if depth == 0 {
		return "..."
	}
	inner := func(t btf.Type) string { return typeNameWithin(t, depth-1) }
	tagged := func(kind, name string) string { return strings.TrimSpace(kind + " " + name) }
	switch t := t.(type) {
	case nil:
		return ""
	case *btf.Void:
		return "void"
	case *btf.Typedef:
		return strings.TrimPrefix(t.Name, "__")
	case *btf.Struct:
		return tagged("struct", t.Name)
	case *btf.Union:
		return tagged("union", t.Name)
	case *btf.Enum:
		return tagged("enum", t.Name)
	case *btf.Fwd:
		return tagged(t.Kind.String(), t.Name)
	case *btf.Pointer:
		return inner(t.Target) + " *"
	case *btf.Array:
		return arrayName(t, depth)
	case *btf.Const:
		return "const " + inner(t.Type)
	case *btf.Volatile:
		return "volatile " + inner(t.Type)
	case *btf.Restrict:
		return inner(t.Type)
	case *btf.TypeTag:
		return inner(t.Type)
	case *btf.FuncProto:
		return "function"
	}
	return t.TypeName()
}

// arrayName writes the outermost dimension first, as C does.
func arrayName(t *btf.Array, depth int) string {
	dimensions := ""
	var element btf.Type = t
	for ; depth > 0; depth-- {
		a, ok := element.(*btf.Array)
		if !ok {
			break
		}
		dimensions += fmt.Sprintf("[%d]", a.Nelems)
		element = a.Type
	}
	return typeNameWithin(element, depth) + dimensions
}
