package layout

import (
	"encoding/binary"
	"encoding/json"
	"testing"
)

// le puts numbers together as a little-endian machine has them, and strings as they are.
func le(parts ...any) []byte {
	var raw []byte
	for _, p := range parts {
		if s, ok := p.(string); ok {
			raw = append(raw, s...)
			continue
		}
		raw, _ = binary.Append(raw, binary.LittleEndian, p)
	}
	return raw
}

func parse(t *testing.T, format string) *Type {
	t.Helper()
	typ, err := Parse(format, binary.LittleEndian)
	if err != nil {
		t.Fatalf("Parse(%q): %v", format, err)
	}
	return typ
}

// check compares both forms of a value.
func check(t *testing.T, v Value, text, object string) {
	t.Helper()
	if got := string(AppendText(nil, v)); got != text {
		t.Errorf("text\n%s, want\n%s", got, text)
	}
	got := string(AppendJSON(nil, v))
	if got != object {
		t.Errorf("JSON\n%s, want\n%s", got, object)
	}
	if !json.Valid([]byte(got)) {
		t.Errorf("%s is no JSON", got)
	}
}

func TestValue(t *testing.T) {
	typ := parse(t, "u32 pid, s16 n, char comm[8], u16 list[2], f64 f")
	v := typ.Decode(le(uint32(7), int16(-1), "bash\x00\x00\x00\x00", uint16(3), uint16(4), "\x00\x00\x00\x00\x00\x00", 0.5))
	if !v.Complete() || v.Kind() != Struct || v.Len() != 5 || v.Type() != typ {
		t.Errorf("%v %v %d", v.Complete(), v.Kind(), v.Len())
	}
	if got := v.Field("pid").Uint(); got != 7 {
		t.Errorf("pid %d", got)
	}
	if got := v.Field("n").Int(); got != -1 {
		t.Errorf("n %d", got)
	}
	if got := string(v.Field("comm").Bytes()); got != "bash" {
		t.Errorf("comm %q", got)
	}
	if got := v.Field("list").Index(1).Uint(); got != 4 {
		t.Errorf("list[1] %d", got)
	}
	if got := v.Field("f").Float(); got != 0.5 {
		t.Errorf("f %v", got)
	}
	if got := v.Field("other").Kind(); got != Missing {
		t.Errorf("a member that there is not has kind %v", got)
	}
	if short := typ.Decode([]byte{1, 2, 3}); short.Complete() {
		t.Error("a record of 3 bytes is complete")
	}
}

func TestColumns(t *testing.T) {
	typ := parse(t, "u32 pid, char comm[16], ip4 a")
	for name, want := range map[string]struct {
		width int
		right bool
	}{"pid": {7, true}, "comm": {15, false}, "a": {15, false}} {
		f, ok := typ.Field(name)
		if !ok || f.Type.Width() != want.width || f.Type.AlignRight() != want.right {
			t.Errorf("%s: %d wide, right-aligned: %v", name, f.Type.Width(), f.Type.AlignRight())
		}
	}
}

func TestOpaque(t *testing.T) {
	check(t, Opaque().Decode([]byte{1, 0xfe}), "01fe", `"01fe"`)
}

func TestAppendMember(t *testing.T) {
	v := fromBTF(t, array(&btfChar, 4)).Decode([]byte("a\xff"))
	if got, want := string(AppendMember(nil, "key", v)), `"key":"a\\xff","key_bytes":"Yf8="`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestAppendDump(t *testing.T) {
	const want = `  00000000  61 62 63 64 65 66 67 68  69 6a 6b 6c 6d 6e 6f 70  |abcdefghijklmnop|
  00000010  1b ff                                             |..|
  00000012  3 more bytes
`
	if got := string(AppendDump(nil, "  ", []byte("abcdefghijklmnop\x1b\xff123"), 18)); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := AppendDump(nil, "", nil, 0); len(got) > 0 {
		t.Errorf("no bytes give %q", got)
	}
}
