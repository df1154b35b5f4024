package layout

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"testing"

	"github.com/cilium/ebpf/btf"

	"github.com/exectrail/exectrail/internal/printable"
)

// shown fails the test when one form of a value could harm who reads it.
func shown(t *testing.T, v Value) {
	t.Helper()
	for _, r := range string(AppendText(nil, v)) {
		if !printable.IsPrint(r) {
			t.Errorf("text with %U in it", r)
		}
	}
	if object := AppendJSON(nil, v); !json.Valid(object) {
		t.Errorf("%s is no JSON", object)
	}
}

func FuzzParse(f *testing.F) {
	for _, format := range []string{
		"u64 time, u32 pid, s32 kind, char comm[32], strings args", "packed u8 a; u64 b[3], pad 4, u8 _, bytes rest",
		"be16 port, ip4 a, ip6 b, mac m, ptr p, bool x, f32 y", "u16 len, string s[len]", "u32[", "pad 4 x", ",",
	} {
		f.Add(format, []byte("some\x00bytes\xff"), false)
	}
	f.Fuzz(func(t *testing.T, format string, raw []byte, big bool) {
		var order binary.ByteOrder = binary.LittleEndian
		if big {
			order = binary.BigEndian
		}
		typ, err := Parse(format, order)
		if err != nil {
			var e *FormatError
			if !errors.As(err, &e) || e.Column < 1 || e.Column > len(format)+1 {
				t.Errorf("%q: %v", format, err)
			}
			return
		}
		v := typ.Decode(raw)
		shown(t, v)
		if len(raw) >= typ.Size() && !v.Complete() {
			t.Errorf("%q: of %d bytes something is missing", format, len(raw))
		}
	})
}

// FuzzDecode makes a type of BTF from the input, of any shape, and decodes a record by it.
func FuzzDecode(f *testing.F) {
	f.Add([]byte{5, 1, 8, 0, 2, 4, 9, 0}, []byte("record\x00of\x00some\xffbytes"), true)
	f.Add([]byte{4, 0, 4, 6, 5, 3, 3, 3, 5, 2, 7, 0, 1, 4, 0}, bytes.Repeat([]byte{0xff}, 100), false)
	f.Fuzz(func(t *testing.T, shape, raw []byte, big bool) {
		var order binary.ByteOrder = binary.LittleEndian
		if big {
			order = binary.BigEndian
		}
		m := typeMaker{input: shape}
		typ, err := FromBTF(m.make(0), order)
		if err != nil {
			return
		}
		v := typ.Decode(raw)
		shown(t, v)
		total, err := Sum([]Value{v, v, typ.Decode(raw[:len(raw)/2])})
		if err != nil {
			t.Error(err)
		}
		shown(t, total)
	})
}

// typeMaker makes types, as its input tells.
type typeMaker struct {
	input []byte
	made  []btf.Type
}

func (m *typeMaker) next() uint32 {
	if len(m.input) == 0 {
		return 0
	}
	c := m.input[0]
	m.input = m.input[1:]
	return uint32(c)
}

func (m *typeMaker) make(depth int) btf.Type {
	t := m.one(depth)
	m.made = append(m.made, t)
	return t
}

func (m *typeMaker) one(depth int) btf.Type {
	kind := m.next() % 10
	if depth > 40 {
		kind = 0
	}
	switch kind {
	case 1:
		return &btf.Enum{Name: "e", Size: m.next() % 10, Signed: m.next()%2 == 0, Values: []btf.EnumValue{
			{Name: "A\x1b", Value: 1}, {Name: "B", Value: 2}, {Name: "C", Value: 4},
		}}
	case 2:
		return &btf.Float{Name: "f", Size: m.next()}
	case 3:
		return array(m.make(depth+1), m.next()*m.next()*m.next()*m.next())
	case 4, 5:
		return m.composite(depth)
	case 6:
		return &btf.Typedef{Name: "__be32", Type: m.make(depth + 1)}
	case 7:
		return &btfChar
	case 8:
		if len(m.made) > 0 {
			return m.made[int(m.next())%len(m.made)]
		}
		return &btf.Pointer{Target: m.make(depth + 1)}
	case 9:
		return &btf.Fwd{Name: "far"}
	}
	return &btf.Int{Name: "n", Size: m.next() % 20, Encoding: btf.IntEncoding(m.next() % 5)}
}

func (m *typeMaker) composite(depth int) btf.Type {
	s := &btf.Struct{Name: "s", Size: m.next()}
	m.made = append(m.made, s) // so that it can hold itself
	for range m.next() % 8 {
		name := []string{"", "a", "b", "\"\xff", "rest"}[m.next()%5]
		field := btf.Member{Name: name, Offset: btf.Bits(m.next() * m.next()), BitfieldSize: btf.Bits(max(int(m.next())-128, 0))}
		field.Type = m.make(depth + 1)
		s.Members = append(s.Members, field)
	}
	return s
}
