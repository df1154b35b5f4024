package layout

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"
)

// Types as clang describes them.
var (
	btfChar = btf.Int{Name: "char", Size: 1, Encoding: btf.Signed}
	btfU8   = btf.Int{Name: "unsigned char", Size: 1}
	btfS8   = btf.Int{Name: "signed char", Size: 1, Encoding: btf.Signed}
	btfU16  = btf.Int{Name: "unsigned short", Size: 2}
	btfU32  = btf.Int{Name: "unsigned int", Size: 4}
	btfInt  = btf.Int{Name: "int", Size: 4, Encoding: btf.Signed}
	btfU64  = btf.Int{Name: "unsigned long long", Size: 8}
	btfBool = btf.Int{Name: "_Bool", Size: 1, Encoding: btf.Bool}
)

func array(of btf.Type, n uint32) *btf.Array { return &btf.Array{Index: &btfU32, Type: of, Nelems: n} }

// structure lays members out one after the other, without padding.
func structure(members ...btf.Member) *btf.Struct {
	s := &btf.Struct{Name: "s"}
	for _, m := range members {
		size, _ := btf.Sizeof(m.Type)
		m.Offset = btf.Bits(s.Size * 8)
		s.Size += uint32(size)
		s.Members = append(s.Members, m)
	}
	return s
}

func member(name string, t btf.Type) btf.Member { return btf.Member{Name: name, Type: t} }

func fromBTF(t *testing.T, from btf.Type) *Type {
	t.Helper()
	typ, err := FromBTF(from, binary.LittleEndian)
	if err != nil {
		t.Fatal(err)
	}
	return typ
}

func TestBTF(t *testing.T) {
	color := &btf.Enum{Name: "color", Size: 4, Values: []btf.EnumValue{{Name: "RED"}, {Name: "GREEN", Value: 7}}}
	mode := &btf.Enum{Size: 4, Values: []btf.EnumValue{{Name: "R", Value: 1}, {Name: "W", Value: 2}, {Name: "X", Value: 4}}}
	level := &btf.Enum{Size: 8, Signed: true, Values: []btf.EnumValue{{Name: "LOW", Value: math.MaxUint64}, {Name: "HIGH", Value: 1 << 40}}}
	place := structure(member("x", &btfU16), member("y", &btf.Const{Type: &btf.Typedef{Name: "__u16", Type: &btfU16}}))
	node := &btf.Struct{Name: "node", Size: 8}
	node.Members = []btf.Member{{Name: "next", Type: &btf.Pointer{Target: node}}}

	for name, tt := range map[string]struct {
		typ          btf.Type
		raw          []byte
		text, object string
	}{
		"a number alone": {&btfU64, le(uint64(5)), "5", "5"},
		"a text alone":   {array(&btfChar, 8), []byte("a b\x00junk"), "a b", `"a b"`},
		"numbers": {
			structure(member("u", &btfU64), member("i", &btfInt), member("c", &btfS8), member("b", &btfBool)),
			le(uint64(math.MaxUint64), int32(-5), int8(-6), uint8(1)),
			"u=18446744073709551615 i=-5 c=-6 b=true", `{"u":18446744073709551615,"i":-5,"c":-6,"b":true}`,
		},
		"floating point": {
			structure(member("f", &btf.Float{Name: "float", Size: 4}), member("d", &btf.Float{Name: "double", Size: 8}), member("n", &btf.Float{Size: 8})),
			le(float32(0.1), -2.5, math.NaN()), "f=0.1 d=-2.5 n=NaN", `{"f":0.1,"d":-2.5,"n":"NaN"}`,
		},
		"wide, pointer, bytes": {
			structure(member("w", &btf.Int{Name: "__int128", Size: 16}), member("p", &btf.Pointer{Target: &btf.Fwd{Name: "far"}}), member("m", array(&btfU8, 3))),
			le(uint64(2), uint64(1), uint64(0xffff888000000000), "\x01\x02\xff"),
			"w=0x00000000000000010000000000000002 p=0xffff888000000000 m=0102ff",
			`{"w":"0x00000000000000010000000000000002","p":"0xffff888000000000","m":"0102ff"}`,
		},
		"enums": {
			structure(member("a", color), member("b", color), member("c", mode), member("d", mode), member("e", level), member("f", level)),
			le(uint32(7), uint32(1), uint32(5), uint32(9), int64(-1), int64(-2)),
			"a=GREEN b=1 c=R|X d=9 e=LOW f=-2", `{"a":"GREEN","b":1,"c":"R|X","d":9,"e":"LOW","f":-2}`,
		},
		"arrays": {
			structure(member("n", array(&btfU16, 2)), member("grid", array(array(&btfS8, 2), 2)), member("names", array(array(&btfChar, 3), 2)), member("at", array(place, 1))),
			le(uint16(1), uint16(2), "\x01\x02\x03\xff", "ab\x00c\x00\x00", uint16(3), uint16(4)),
			"n=[1 2] grid=[[1 2] [3 -1]] names=[ab c] at=[{x=3 y=4}]",
			`{"n":[1,2],"grid":[[1,2],[3,-1]],"names":["ab","c"],"at":[{"x":3,"y":4}]}`,
		},
		"network order": {
			structure(member("port", &btf.Typedef{Name: "__be16", Type: &btf.Typedef{Name: "__u16", Type: &btfU16}})),
			[]byte{0, 80}, "port=80", `{"port":80}`,
		},
		"list at the end": {
			structure(member("pid", &btfU32), member("args", array(&btfChar, 0))),
			le(uint32(1), "ls\x00\x00a b\x00\x00"), "pid=1 args=[ls '' 'a b']", `{"pid":1,"args":["ls","","a b"]}`,
		},
		"numbers at the end": {
			structure(member("pid", &btfU32), member("stack", array(&btfU64, 0))),
			le(uint32(1), uint64(2), uint64(3)), "pid=1 stack=[2 3]", `{"pid":1,"stack":[2,3]}`,
		},
		"no elements in the middle": {
			structure(member("mark", array(&btfU64, 0)), member("none", array(&btfChar, 0)), member("pid", &btfU32)),
			le(uint32(1)), "mark=[] none=[] pid=1", `{"mark":[],"none":[],"pid":1}`,
		},
		"rest that is text": {structure(member("pid", &btfU32)), le(uint32(1), "ls\x00-l\x00"), "pid=1 + ls -l", `{"pid":1,"rest":["ls","-l"]}`},
		"rest that is data": {structure(member("rest", &btfU32)), le(uint32(1), "\x00\x01"), "rest=1 + 0001", `{"rest":1,"rest_hex":"0001"}`},
		"not UTF-8": {
			structure(member("comm", array(&btfChar, 2)), member("comm_bytes", &btfU8), member("args", array(&btfChar, 0))),
			[]byte("\xffa\x05a\x00\x1b\xfe\x00"), `comm=$'\xffa' comm_bytes=5 args=[a $'\x1b\xfe']`,
			`{"comm":"\\xffa","comm_bytes_":"/2E=","comm_bytes":5,"args":["a","\u001b\\xfe"],"args_bytes":["YQ==","G/4="]}`,
		},
		"too short": {
			structure(member("a", &btfU32), member("b", array(&btfU16, 3)), member("c", &btfU32), member("d", array(&btfChar, 4))),
			le(uint32(1), uint16(2), "\x01"), "a=1 b=[2 ?] c=? d=?", `{"a":1,"b":[2,null],"c":null,"d":null}`,
		},
		"text cut": {structure(member("a", array(&btfChar, 8))), []byte("abc"), "a=abc", `{"a":"abc"}`},
		"empty":    {structure(member("a", &btfU32)), nil, "a=?", `{"a":null}`},
		"recursive by a pointer": {
			node, le(uint64(0x10)), "next=0x10", `{"next":"0x10"}`,
		},
		"section": {
			&btf.Datasec{Name: ".bss", Size: 8, Vars: []btf.VarSecinfo{
				{Type: &btf.Var{Name: "hits", Type: &btf.Volatile{Type: &btfU32}}, Offset: 0, Size: 4},
				{Type: &btf.Var{Name: "misses", Type: &btfU32}, Offset: 4, Size: 4},
			}},
			le(uint32(1), uint32(2)), "hits=1 misses=2", `{"hits":1,"misses":2}`,
		},
	} {
		t.Run(name, func(t *testing.T) { check(t, fromBTF(t, tt.typ).Decode(tt.raw), tt.text, tt.object) })
	}
}

// TestAnonymous has what the C source gives no name: its members stand in the struct around it.
func TestAnonymous(t *testing.T) {
	either := &btf.Union{Size: 4, Members: []btf.Member{{Name: "v4", Type: &btfU32}, {Name: "bytes", Type: array(&btfU8, 4)}}}
	inner := &btf.Struct{Size: 8, Members: []btf.Member{{Name: "len", Type: &btfU32}, {Type: either, Offset: 32}}}
	outer := &btf.Struct{Name: "s", Size: 16, Members: []btf.Member{
		{Name: "pid", Type: &btfU32}, {Type: inner, Offset: 32}, {Name: "u", Type: either, Offset: 96},
	}}
	check(t, fromBTF(t, outer).Decode(le(uint32(1), uint32(2), uint32(3), uint32(4))),
		"pid=1 len=2 v4=3 bytes=03000000 u={v4=4 bytes=04000000}",
		`{"pid":1,"len":2,"v4":3,"bytes":"03000000","u":{"v4":4,"bytes":"04000000"}}`)
}

// TestBitfields compares with where clang puts them for each byte order:
// struct { __u32 a:3; int b:5; __u32 c:12; bool d:1; __u32 e:11; }
func TestBitfields(t *testing.T) {
	s := &btf.Struct{Name: "s", Size: 4}
	at := btf.Bits(0)
	for _, f := range []struct {
		name string
		typ  btf.Type
		bits btf.Bits
	}{{"a", &btfU32, 3}, {"b", &btfInt, 5}, {"c", &btfU32, 12}, {"d", &btfBool, 1}, {"e", &btfU32, 11}} {
		s.Members = append(s.Members, btf.Member{Name: f.name, Type: f.typ, Offset: at, BitfieldSize: f.bits})
		at += f.bits
	}
	const want = "a=5 b=-2 c=2748 d=true e=1025"
	little := uint32(5 | 30<<3 | 0xabc<<8 | 1<<20 | 1025<<21)
	big := uint32(5<<29 | 30<<24 | 0xabc<<12 | 1<<11 | 1025)
	for order, raw := range map[binary.ByteOrder][]byte{
		binary.LittleEndian: binary.LittleEndian.AppendUint32(nil, little),
		binary.BigEndian:    binary.BigEndian.AppendUint32(nil, big),
	} {
		typ, err := FromBTF(s, order)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(AppendText(nil, typ.Decode(raw))); got != want {
			t.Errorf("%v: %s, want %s", order, got, want)
		}
		if got := string(AppendText(nil, typ.Decode(raw[:3]))); !strings.HasSuffix(got, "d=? e=?") && !strings.HasSuffix(got, "d=true e=?") {
			t.Errorf("%v, cut: %s", order, got)
		}
	}
}

// TestObjects decodes records of the same type in both byte orders, by the BTF that clang wrote.
func TestObjects(t *testing.T) {
	for file, order := range map[string]binary.AppendByteOrder{"ring.elf": binary.LittleEndian, "ring.eb.elf": binary.BigEndian} {
		spec, err := ebpf.LoadCollectionSpec("../testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		typ, err := FromBTF(spec.Maps["events"].Value, spec.ByteOrder)
		if err != nil {
			t.Fatal(err)
		}
		raw := order.AppendUint64(nil, 123456789)
		raw = order.AppendUint32(raw, 42)
		raw = order.AppendUint32(raw, 7)
		raw = order.AppendUint16(raw, 1)
		raw = order.AppendUint16(raw, 0xfffe)
		raw = append(raw, "bash\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)
		raw = append(raw, 0, 0, 0, 0) // sizeof is a multiple of 8
		check(t, typ.Decode(raw),
			"time=123456789 pid=42 color=GREEN place={x=1 y=-2} comm=bash",
			`{"time":123456789,"pid":42,"color":"GREEN","place":{"x":1,"y":-2},"comm":"bash"}`)
		if typ.Name() != "struct event" || typ.Size() != len(raw) {
			t.Errorf("%s: %q of %d bytes", file, typ.Name(), typ.Size())
		}
	}
}
