package object

import (
	"bytes"
	"slices"
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/btf"

	"github.com/exectrail/exectrail/object/layout"
)

func TestLayoutOfDeclaredType(t *testing.T) {
	for _, file := range []string{"testdata/ring.elf", "testdata/ring.eb.elf"} {
		o, err := Open(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := o.BufferNames(); !slices.Equal(got, []string{"events"}) {
			t.Errorf("%s: buffers %q", file, got)
		}
		l, err := o.BufferLayout("events")
		if err != nil || l == nil || l.Name() != "struct event" {
			t.Errorf("%s: %v, %v", file, l, err)
		}
		if l, err := o.StructLayout("struct place"); err != nil || l.Size() != 4 {
			t.Errorf("%s: place: %v, %v", file, l, err)
		}
		if _, err := o.StructLayout("color"); err == nil {
			t.Errorf("%s: an enum is no struct", file)
		}
		if got := o.StructNames(); !slices.Contains(got, "event") || !slices.Contains(got, "place") {
			t.Errorf("%s: structs %q", file, got)
		}
		if got := o.StampSource(); got != layout.Monotonic {
			t.Errorf("%s: stamps of %s", file, got)
		}
	}
}

// TestLayoutOfPlainName has buffers without a type, and structs whose names tell what they are for, or do not.
func TestLayoutOfPlainName(t *testing.T) {
	number := &btf.Int{Name: "int", Size: 4, Encoding: btf.Signed}
	named := func(name string) btf.Type {
		return &btf.Struct{Name: name, Size: 4, Members: []btf.Member{{Name: "n", Type: number}}}
	}
	for name, tt := range map[string]struct {
		maps    []string
		value   btf.Type
		structs []string
		want    string // of execs
	}{
		"in the singular":           {[]string{"execs"}, number, []string{"exec", "other"}, "struct exec"},
		"the usual name":            {[]string{"execs"}, nil, []string{"event"}, "struct event"},
		"which of two":              {[]string{"execs"}, nil, []string{"event", "exec"}, ""},
		"event of another buffer":   {[]string{"execs", "events"}, nil, []string{"event"}, ""},
		"no such name":              {[]string{"execs"}, nil, []string{"data"}, ""},
		"a struct that is declared": {[]string{"execs"}, named("data"), []string{"exec"}, "struct data"},
		"no type information":       {[]string{"execs"}, nil, nil, ""},
	} {
		o := &Object{spec: &ebpf.CollectionSpec{Maps: map[string]*ebpf.MapSpec{}}}
		for _, m := range tt.maps {
			o.spec.Maps[m] = &ebpf.MapSpec{Name: m, Type: ebpf.PerfEventArray, Value: tt.value}
		}
		if tt.structs != nil {
			o.spec.Types = typesOf(t, tt.structs, named)
		}
		l, err := o.BufferLayout("execs")
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := nameOf(l); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func nameOf(l *layout.Type) string {
	if l == nil {
		return ""
	}
	return l.Name()
}

// typesOf returns type information as it comes from a file.
func typesOf(t *testing.T, names []string, named func(string) btf.Type) *btf.Spec {
	t.Helper()
	types := make([]btf.Type, 0, len(names))
	for _, name := range names {
		types = append(types, named(name))
	}
	builder, err := btf.NewBuilder(types, nil)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := builder.Marshal(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	spec, err := btf.LoadSpecFromReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

func TestStampSource(t *testing.T) {
	for name, tt := range map[string]struct {
		calls []asm.BuiltinFunc
		want  layout.Source
	}{
		"none":      {nil, layout.Monotonic},
		"boottime":  {[]asm.BuiltinFunc{asm.FnKtimeGetBootNs, asm.FnGetCurrentPidTgid}, layout.Boottime},
		"monotonic": {[]asm.BuiltinFunc{asm.FnKtimeGetNs}, layout.Monotonic},
		"coarse":    {[]asm.BuiltinFunc{asm.FnKtimeGetCoarseNs}, layout.Monotonic},
		"tai":       {[]asm.BuiltinFunc{asm.FnKtimeGetTaiNs}, layout.TAI},
		"both":      {[]asm.BuiltinFunc{asm.FnKtimeGetBootNs, asm.FnKtimeGetNs}, layout.Monotonic},
	} {
		p := &ebpf.ProgramSpec{}
		for _, f := range tt.calls {
			p.Instructions = append(p.Instructions, f.Call())
		}
		o := &Object{spec: &ebpf.CollectionSpec{Programs: map[string]*ebpf.ProgramSpec{"p": p}}}
		if got := o.StampSource(); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

func TestLayoutsOfObject(t *testing.T) {
	o, err := Open("testdata/records.elf")
	if err != nil {
		t.Fatal(err)
	}
	for buffer, want := range map[string]string{"commands": "struct command", "changes": "struct change", "blobs": ""} {
		if l, err := o.BufferLayout(buffer); err != nil || nameOf(l) != want {
			t.Errorf("%s: %q, %v, want %q", buffer, nameOf(l), err, want)
		}
	}
	if got := o.BufferNames(); !slices.Equal(got, []string{"blobs", "changes", "commands"}) {
		t.Errorf("buffers %q", got)
	}
	if got := o.StampSource(); got != layout.Boottime {
		t.Errorf("stamps of %s", got)
	}
	if _, err := o.BufferLayout("none"); err == nil {
		t.Error("a buffer that there is not has a layout")
	}
}
