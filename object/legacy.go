package object

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/cilium/ebpf"
)

// Maps were once defined by a struct in a section "maps", or "maps/NAME" for each, and not by their type. libbpf reads its
// first five fields, which it calls struct bpf_map_def. Other loaders had longer structs: the rest is the tail.
const (
	iproute2Tail = 4 * 4 // id, pinning, inner_id, inner_idx: struct bpf_elf_map of iproute2's bpf_elf.h
	namespace    = 256   // char[256]: the last field of gobpf's bpf_map_def
	gobpfTail    = 4 + namespace
)

// readLegacyMaps makes what can be made of the tails, and removes them, since the loader refuses those it does not know.
func (o *Object) readLegacyMaps() {
	tails := map[string][]byte{}
	for name, m := range o.spec.Maps {
		if m.Extra == nil {
			continue
		}
		tail, err := io.ReadAll(m.Extra)
		if err != nil {
			// A bytes.Reader never fails.
			panic(err)
		}
		m.Extra = nil
		tails[name] = tail
	}
	iproute2 := map[string]elfMap{}
	for _, name := range slices.Sorted(maps.Keys(tails)) {
		m, tail := o.spec.Maps[name], tails[name]
		switch {
		case len(tail) == namespace && m.Flags <= pinCustom && printableNamespace(tail):
			// Before gobpf's definition had flags, pinning stood in their place.
			o.pinGobpf(m, m.Flags, tail)
			m.Flags = 0
		case len(bytes.Trim(tail, "\x00")) == 0:
		case len(tail) == iproute2Tail:
			iproute2[name] = readElfMap(tail, o.spec.ByteOrder)
		case len(tail) == gobpfTail && printableNamespace(tail[4:]):
			o.pinGobpf(m, o.spec.ByteOrder.Uint32(tail), tail[4:])
		default:
			o.note("map %s: the last %d bytes of its definition belong to a loader that is not known, and are ignored", name, len(tail))
		}
	}
	o.linkElfMaps(iproute2)
}

// pinCustom is the largest of gobpf's values for pinning: none, object, global and custom namespace.
const pinCustom = 3

func printableNamespace(tail []byte) bool {
	name, rest, _ := bytes.Cut(tail, []byte{0})
	for _, c := range name {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return len(bytes.Trim(rest, "\x00")) == 0
}

func (o *Object) pinGobpf(m *ebpf.MapSpec, pinning uint32, tail []byte) {
	if pinning == 0 {
		return
	}
	m.Pinning = ebpf.PinByName
	name, _, _ := bytes.Cut(tail, []byte{0})
	in := "a directory of its own"
	if len(name) > 0 {
		in = fmt.Sprintf("%q", name)
	}
	o.note("map %s: gobpf would pin it in %s; it is pinned by its name", m.Name, in)
}

// elfMap is the tail of iproute2's struct bpf_elf_map.
type elfMap struct {
	ID, Pinning, InnerID, InnerIndex uint32
}

func readElfMap(tail []byte, order binary.ByteOrder) (m elfMap) {
	if _, err := binary.Decode(tail, order, &m); err != nil {
		// The tail has the size of the struct.
		panic(err)
	}
	return m
}

// linkElfMaps gives outer maps the inner maps that they name by number.
func (o *Object) linkElfMaps(tails map[string]elfMap) {
	for _, name := range slices.Sorted(maps.Keys(tails)) {
		m, tail := o.spec.Maps[name], tails[name]
		switch tail.Pinning {
		case 0:
		case 1, 2:
			m.Pinning = ebpf.PinByName
			o.note("map %s: iproute2 would pin it below tc/%s; it is pinned by its name", name,
				map[uint32]string{1: "the object's own directory", 2: "globals"}[tail.Pinning])
		default:
			o.note("map %s: its pinning %d is a directory that iproute2 is told of elsewhere; it is not pinned", name, tail.Pinning)
		}
		if m.Type != ebpf.ArrayOfMaps && m.Type != ebpf.HashOfMaps {
			continue
		}
		inner := innerOf(tails, name, tail.InnerID)
		if inner == "" {
			o.note("map %s: no map has the id %d, of which its inner maps are to be", name, tail.InnerID)
			continue
		}
		m.InnerMap = o.spec.Maps[inner].Copy()
		m.InnerMap.Pinning = ebpf.PinNone
		const nowhere = 1<<32 - 1
		if at := tails[inner].InnerIndex; at != nowhere {
			m.Contents = append(m.Contents, ebpf.MapKV{Key: at, Value: inner})
		}
	}
}

func innerOf(tails map[string]elfMap, outer string, id uint32) string {
	for _, name := range slices.Sorted(maps.Keys(tails)) {
		if name != outer && tails[name].ID == id && id != 0 {
			return name
		}
	}
	return ""
}

// anyVersion is what gobpf writes where a program is for any kernel.
const anyVersion = 0xfffffffe

// readVersion tells what a section version asks for.
func (o *Object) readVersion(f *elfFile) {
	i := slices.IndexFunc(f.sections, func(s elfSection) bool { return strings.HasPrefix(s.name, "version") })
	if i < 0 {
		return
	}
	raw := f.data(&f.sections[i])
	if len(raw) < 4 {
		return
	}
	switch v := f.order.Uint32(raw); v {
	case 0:
	case anyVersion:
		o.note("version: for any kernel")
	default:
		o.note("version: compiled for Linux %d.%d.%d; kernels since 5.0 do not compare it", v>>16, v>>8&0xff, v&0xff)
	}
}

// license returns what the section license holds.
func (f *elfFile) license() string {
	for i := range f.sections {
		if strings.HasPrefix(f.sections[i].name, "license") {
			return string(bytes.TrimRight(f.data(&f.sections[i]), "\x00"))
		}
	}
	return ""
}
