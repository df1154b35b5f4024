package layout

import (
	"encoding/binary"
	"encoding/json"
	"strings"
	"testing"
)

// le packs numbers of the given sizes, and strings as they are.
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

func TestFormat(t *testing.T) {
	pad := func(s string, n int) string { return s + strings.Repeat("\x00", n-len(s)) }
	for _, tt := range []struct {
		format       string
		raw          []byte
		text, object string
	}{
		{
			"u64 time, u32 pid, u32 uid, u32 gid, s32 kind, char comm[32], strings args",
			le(uint64(1<<63), uint32(7), uint32(1000), uint32(100), int32(-1), pad("bash", 32), "ls\x00-l\x00a b\x00\x00"),
			"time=9223372036854775808 pid=7 uid=1000 gid=100 kind=-1 comm=bash args=[ls -l 'a b']",
			`{"time":9223372036854775808,"pid":7,"uid":1000,"gid":100,"kind":-1,"comm":"bash","args":["ls","-l","a b"]}`,
		},
	} {
		typ := parse(t, tt.format)
		check(t, typ.Decode(tt.raw), tt.text, tt.object)
	}
}
