package layout

import (
	"encoding/binary"
	"math"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/cilium/ebpf/btf"
)

// doubling is a struct that has the one before twice in the same place, and so 2^n values in the bytes of one.
func doubling(n int, name string) btf.Type {
	var t btf.Type = &btfU32
	for range n {
		t = &btf.Struct{Size: 4, Members: []btf.Member{member(name, t), member(name, t)}}
	}
	return t
}

func TestHostileTypes(t *testing.T) {
	self := &btf.Struct{Name: "self", Size: 8}
	self.Members = []btf.Member{member("self", self)}
	var deep btf.Type = &btfU8
	for range 1000 {
		deep = array(deep, 1)
	}
	many := &btf.Struct{Size: 4}
	for range maxFields + 1 {
		many.Members = append(many.Members, member("same", &btfU8))
	}
	loop := &btf.Typedef{Name: "loop"}
	loop.Type = &btf.Const{Type: loop}

	for name, tt := range map[string]struct {
		typ  btf.Type
		want string
	}{
		"nested in itself":    {self, "levels"},
		"deep":                {deep, "levels"},
		"many members":        {many, "more than 65536 members"},
		"anonymous, doubling": {doubling(30, ""), "more than 65536 members"},
		"huge array":          {array(&btfU64, math.MaxUint32), "array of more than"},
		"huge struct":         {&btf.Struct{Size: math.MaxUint32}, "larger than"},
		"named by itself":     {loop, ""},
		"void":                {(*btf.Void)(nil), "no type of data"},
		"nothing":             {nil, "no type of data"},
		"function":            {&btf.Func{Name: "f"}, "no type of data"},
		"declared only":       {&btf.Fwd{Name: "far"}, "struct far is declared only"},
		"bits of an array":    {&btf.Struct{Size: 4, Members: []btf.Member{{Name: "a", Type: array(&btfU8, 4), BitfieldSize: 4}}}, "bitfield of no integer"},
		"too many bits":       {&btf.Struct{Size: 4, Members: []btf.Member{{Name: "a", Type: &btfU8, BitfieldSize: 65}}}, "bitfield of 65 bits"},
	} {
		_, err := FromBTF(tt.typ, binary.LittleEndian)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want an error with %q", name, err, tt.want)
		}
	}
}

// TestHostileMembers has what C does not allow, and what yet gives a layout: each member has a name of its own.
func TestHostileMembers(t *testing.T) {
	s := &btf.Struct{Size: 1, Members: []btf.Member{member("a", &btfU8), member("a_2", &btfU8), member("a", &btfU8), member("a", &btfU8), member("", &btfU8)}}
	typ := fromBTF(t, s)
	seen := map[string]bool{}
	for _, f := range typ.Fields() {
		if seen[f.Name] {
			t.Errorf("two members are named %s", f.Name)
		}
		seen[f.Name] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d members, want 4", len(seen))
	}
}

// TestBoundedMemory decodes records by types that describe far more than a record has.
func TestBoundedMemory(t *testing.T) {
	wide := &btf.Struct{Size: 4}
	for i := range maxFields - 1 {
		wide.Members = append(wide.Members, member("m"+strconv.Itoa(i), &btfU32))
	}
	for name, typ := range map[string]*Type{
		"doubling":       fromBTF(t, doubling(30, "a")),
		"many members":   fromBTF(t, wide),
		"long array":     fromBTF(t, array(&btfBool, maxSize)),
		"empty elements": fromBTF(t, array(&btf.Struct{}, math.MaxUint32)),
	} {
		raw := make([]byte, 1<<10)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		v := typ.Decode(raw)
		runtime.ReadMemStats(&after)
		const perValue = 128
		if got, most := after.TotalAlloc-before.TotalAlloc, uint64(2*perValue*(valuesPerByte*len(raw)+valuesMore)); got > most {
			t.Errorf("%s: decoding %d bytes took %d bytes of memory, want at most %d", name, len(raw), got, most)
		}
		AppendJSON(AppendText(nil, v), v)
	}
}
