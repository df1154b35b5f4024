package object

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cilium/ebpf"

	"github.com/exectrail/exectrail/object/layout"
)

// MapContent is what was read from a map.
type MapContent struct {
	// Entries are ordered by key.
	Entries []MapEntry
	// Variables tells that the map is a section of a program, and the entries are its variables.
	Variables bool
	// PerCPU tells that entries have a value for each possible CPU.
	PerCPU bool
	// Note is why there are no entries, or not all; empty if nothing is to be said.
	Note string
}

// MapEntry is an entry of a map.
type MapEntry struct {
	// Name is that of a variable. It has no key then.
	Name string
	// Key is [layout.Missing] where entries have none, as in a queue.
	Key layout.Value
	// Values has one value, or one for each possible CPU, by its number.
	Values []layout.Value
}

// Read reads the map. It takes nothing out of it, and may go on while programs change it: then entries that come or
// go meanwhile may be there or not, and each is read once.
func (m *LoadedMap) Read() (*MapContent, error) { return m.read(false) }

// ReadSum reads the map, with values of all CPUs added to one: see [layout.Sum]. In maps of which no type is known,
// values of 1, 2, 4 and 8 bytes are numbers.
func (m *LoadedMap) ReadSum() (*MapContent, error) { return m.read(true) }

func (m *LoadedMap) read(sum bool) (*MapContent, error) {
	if note := unreadable(m.kernel.Type()); note != "" {
		return &MapContent{Note: note}, nil
	}
	raw, note, err := m.readRaw()
	if errors.Is(err, ebpf.ErrNotSupported) {
		return &MapContent{Note: "the kernel does not let anyone read maps of this type"}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read map %s (id %d): %w", m.Name, m.ID, err)
	}
	slices.SortFunc(raw, func(a, b rawEntry) int { return compareKeys(a.key, b.key) })
	c := &MapContent{PerCPU: isPerCPU(m.kernel.Type()) && !sum, Note: note}
	value := m.decode.value
	if sum && m.decode.number != nil && isPerCPU(m.kernel.Type()) {
		value = m.decode.number
	}
	for _, r := range raw {
		e := MapEntry{}
		if len(r.key) > 0 {
			e.Key = m.decode.key.Decode(r.key)
		}
		for _, v := range r.values {
			e.Values = append(e.Values, value.Decode(v))
		}
		if sum && len(e.Values) > 1 {
			total, err := layout.Sum(e.Values)
			if err != nil {
				return nil, fmt.Errorf("add the values of map %s: %w", m.Name, err)
			}
			e.Values = []layout.Value{total}
		}
		c.Entries = append(c.Entries, e)
	}
	if c.Variables = m.decode.variables; c.Variables {
		c.Entries = variables(c.Entries)
	}
	return c, nil
}

// variables makes an entry of each variable of a section, by name: their order in memory is the compiler's.
func variables(section []MapEntry) []MapEntry {
	var all []MapEntry
	for _, e := range section {
		for i, f := range e.Values[0].Type().Fields() {
			all = append(all, MapEntry{Name: f.Name, Values: []layout.Value{e.Values[0].Index(i)}})
		}
	}
	slices.SortStableFunc(all, func(a, b MapEntry) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// compareKeys orders keys as numbers where they have the size of one, and else by their bytes.
func compareKeys(a, b []byte) int {
	if len(a) == len(b) {
		switch len(a) {
		case 2:
			return cmp.Compare(binary.NativeEndian.Uint16(a), binary.NativeEndian.Uint16(b))
		case 4:
			return cmp.Compare(binary.NativeEndian.Uint32(a), binary.NativeEndian.Uint32(b))
		case 8:
			return cmp.Compare(binary.NativeEndian.Uint64(a), binary.NativeEndian.Uint64(b))
		}
	}
	return bytes.Compare(a, b)
}

// unreadable tells why a map of this type has nothing to list; empty if it has.
func unreadable(t ebpf.MapType) string {
	switch t {
	case ebpf.RingBuf, ebpf.PerfEventArray:
		return "a stream: 'exectrail object run' shows what comes through it"
	case ebpf.UserRingbuf:
		return "a stream into the kernel: only its program reads it"
	case ebpf.BloomFilter:
		return "a filter: it keeps no entries"
	case ebpf.SkStorage, ebpf.InodeStorage, ebpf.TaskStorage, ebpf.CgroupStorage:
		return "the storage of other objects: the kernel does not list them"
	case ebpf.Arena:
		return "the memory of a program: it has no entries"
	}
	return ""
}
