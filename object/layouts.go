package object

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/btf"

	"github.com/exectrail/exectrail/object/layout"
)

// BufferNames returns the names of the perf and ring buffers, sorted.
func (o *Object) BufferNames() []string {
	var names []string
	for name, m := range o.spec.Maps {
		if m.Type == ebpf.PerfEventArray || m.Type == ebpf.RingBuf {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// BufferLayout returns what the object tells of the records in a buffer: the type that its map is declared
// to have as values, or else the one struct whose name makes it plain, which is that of the buffer in the
// singular, or event where there is one buffer only. It returns nil if the object does not tell.
func (o *Object) BufferLayout(buffer string) (*layout.Type, error) {
	m := o.spec.Maps[buffer]
	if m == nil {
		return nil, fmt.Errorf("no buffer named %s", buffer)
	}
	t := o.declared(m)
	if t == nil {
		t = o.plain(buffer)
	}
	if t == nil {
		return nil, nil
	}
	l, err := layout.FromBTF(t, o.spec.ByteOrder)
	if err != nil {
		return nil, fmt.Errorf("type of buffer %s: %w", buffer, err)
	}
	return l, nil
}

// declared returns the type that a map is declared to have as values. The value of a perf buffer is a number for the
// kernel; only a struct in its place tells of records.
func (o *Object) declared(m *ebpf.MapSpec) btf.Type {
	switch btf.UnderlyingType(m.Value).(type) {
	case *btf.Struct, *btf.Union:
		return m.Value
	case nil, *btf.Void:
		return nil
	}
	if m.Type == ebpf.PerfEventArray {
		return nil
	}
	return m.Value
}

// plain returns the struct whose name tells that it is what a buffer is for.
func (o *Object) plain(buffer string) btf.Type {
	var found []btf.Type
	names := []string{strings.TrimSuffix(buffer, "s")}
	if len(o.BufferNames()) == 1 && names[0] != "event" {
		names = append(names, "event")
	}
	for _, name := range names {
		if t, err := o.structNamed(name); err == nil {
			found = append(found, t)
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// StructLayout returns the layout of a struct, union or typedef in the object's type information. The
// name may begin with the word struct or union, as C has it.
func (o *Object) StructLayout(name string) (*layout.Type, error) {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "struct "), "union ")
	t, err := o.structNamed(name)
	if err != nil {
		return nil, err
	}
	l, err := layout.FromBTF(t, o.spec.ByteOrder)
	if err != nil {
		return nil, fmt.Errorf("type %s: %w", name, err)
	}
	return l, nil
}

func (o *Object) structNamed(name string) (btf.Type, error) {
	if o.spec.Types == nil {
		return nil, errors.New("the object has no type information")
	}
	types, err := o.spec.Types.AnyTypesByName(name)
	if err != nil && !errors.Is(err, btf.ErrNotFound) {
		return nil, fmt.Errorf("look up type %s: %w", name, err)
	}
	for _, t := range types {
		switch t.(type) {
		case *btf.Struct, *btf.Union, *btf.Typedef:
			return t, nil
		}
	}
	return nil, fmt.Errorf("the object has no type %q", name)
}

// StructNames returns the names of the structs and unions in the object's type information, sorted.
func (o *Object) StructNames() []string {
	if o.spec.Types == nil {
		return nil
	}
	var names []string
	for t, err := range o.spec.Types.All() {
		if err != nil {
			break
		}
		switch t.(type) {
		case *btf.Struct, *btf.Union:
			if t.TypeName() != "" {
				names = append(names, t.TypeName())
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// StampSource returns the clock that the programs of the object read: [layout.Boottime] or [layout.TAI] if they read
// no other one, else [layout.Monotonic].
func (o *Object) StampSource() layout.Source {
	read := map[layout.Source]bool{}
	for _, p := range o.spec.Programs {
		for i := range p.Instructions {
			ins := &p.Instructions[i]
			if !ins.IsBuiltinCall() {
				continue
			}
			switch asm.BuiltinFunc(ins.Constant) {
			case asm.FnKtimeGetBootNs:
				read[layout.Boottime] = true
			case asm.FnKtimeGetTaiNs:
				read[layout.TAI] = true
			case asm.FnKtimeGetNs, asm.FnKtimeGetCoarseNs:
				read[layout.Monotonic] = true
			}
		}
	}
	if len(read) == 1 {
		for source := range read {
			return source
		}
	}
	return layout.Monotonic
}
