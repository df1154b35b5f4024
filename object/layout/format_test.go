package layout

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"
)

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
		{ // aligned as in C
			"u8 a, u64 b, u16 c, u32 d; bool e",
			le(uint64(1), uint64(2), uint16(3), uint16(0), uint32(4), uint64(1)),
			"a=1 b=2 c=3 d=4 e=true", `{"a":1,"b":2,"c":3,"d":4,"e":true}`,
		},
		{
			"packed u8 a, u64 b, s16 c",
			le(uint8(1), uint64(2), int16(-3)),
			"a=1 b=2 c=-3", `{"a":1,"b":2,"c":-3}`,
		},
		{
			"uint8_t a, __u16 b, unsigned int c, long d, signed char e, unsigned long long f, short int g, pid_t h, size_t i, char j",
			le(uint16(1), uint16(2), uint32(3), int64(-4), int64(-5&0xff), uint64(6), int16(-7), uint16(0), int32(-8), uint64(9), int8(-10)),
			"a=1 b=2 c=3 d=-4 e=-5 f=6 g=-7 h=-8 i=9 j=-10",
			`{"a":1,"b":2,"c":3,"d":-4,"e":-5,"f":6,"g":-7,"h":-8,"i":9,"j":-10}`,
		},
		{
			"be16 port, ip4 a, ip6 b, mac m, be64 n, ptr p",
			append([]byte{1, 2, 0, 0, 127, 0, 0, 1}, append(append(make([]byte, 15), 1, 2, 0, 0, 0, 0, 0xff, 0, 0), le(uint64(1)<<56, uint64(0xff))...)...),
			"port=258 a=127.0.0.1 b=::1 m=02:00:00:00:00:ff n=1 p=0xff",
			`{"port":258,"a":"127.0.0.1","b":"::1","m":"02:00:00:00:00:ff","n":1,"p":"0xff"}`,
		},
		{
			"u32 n[2], u8 raw[2], hex h[2], f32 f, pad 3, u8 x, u32 _, bytes b",
			le(uint32(1), uint32(2), "\x03\x04\x05\x06", float32(1.5), "...\x07", uint32(0), "\x08"),
			"n=[1 2] raw=0304 h=0506 f=1.5 x=7 b=08",
			`{"n":[1,2],"raw":"0304","h":"0506","f":1.5,"x":7,"b":"08"}`,
		},
		{"string s", []byte("all\x00no"), "s=all", `{"s":"all"}`},
		{"char args[]", []byte("a\x00b"), "args=[a b]", `{"args":["a","b"]}`},
		{"u32 stack[]", le(uint32(1), uint32(2)), "stack=[1 2]", `{"stack":[1,2]}`},
		{"strings s[6], u8 n", []byte("a\x00b\x00\x00\x00\x07"), "s=[a b] n=7", `{"s":["a","b"],"n":7}`},
		{ // perf buffers have padding behind the data
			"u32 _, u32 len, strings args[len]", le(uint32(0), uint32(5), "a\x00b\x00\x00junk"),
			"len=5 args=[a b '']", `{"len":5,"args":["a","b",""]}`,
		},
		{"s8 len, string s[len]", []byte("\xffabc"), "len=-1 s=''", `{"len":-1,"s":""}`},
		{"u8 len, bytes s[len]", []byte("\xffabc"), "len=255 s=616263", `{"len":255,"s":"616263"}`},
		{"u16 len, bytes s[len]", []byte("\xff"), "len=? s=?", `{"len":null,"s":null}`},
	} {
		typ, err := Parse(tt.format, binary.LittleEndian)
		if err != nil {
			t.Errorf("%s: %v", tt.format, err)
			continue
		}
		t.Run(tt.format, func(t *testing.T) { check(t, typ.Decode(tt.raw), tt.text, tt.object) })
	}
}

func TestFormatBigEndian(t *testing.T) {
	typ, err := Parse("u16 a, s32 b", binary.BigEndian)
	if err != nil {
		t.Fatal(err)
	}
	check(t, typ.Decode([]byte{1, 2, 0, 0, 0xff, 0xff, 0xff, 0xfe}), "a=258 b=-2", `{"a":258,"b":-2}`)
}

// TestFormatSize compares with sizeof of the same struct.
func TestFormatSize(t *testing.T) {
	for format, want := range map[string]int{
		"u64 a, u8 b":           16,
		"packed u64 a, u8 b":    9,
		"u8 a, u16 b, u8 c":     6,
		"char a[3]":             3,
		"u32 a, strings b":      4,
		"u8 _, u8 a, u32 _":     8,
		"u64 a, u32 b, bytes c": 12,
	} {
		if got := parse(t, format).Size(); got != want {
			t.Errorf("%s: %d bytes, want %d", format, got, want)
		}
	}
}

func TestFormatErrors(t *testing.T) {
	for format, want := range map[string]string{
		"":                                   "column 1: no member is shown",
		"packed ":                            "column 1: no member is shown",
		"u32 _":                              "column 1: no member is shown",
		"u64 time, u46 pid":                  `column 11: unknown type "u46"; there are u8, `,
		"u64 time,, u32 pid":                 "column 10: a member is missing",
		"u64 time, u32":                      "column 14: a name must follow the type",
		"pid":                                "column 4: a name must follow the type",
		"u32 1st":                            `column 5: "1st" is no name`,
		"u32 pid, u64 pid":                   "column 14: there are two members named pid",
		"char comm[16, u32 a":                `column 13: a ] is missing at the end of "char comm[16"`,
		"char comm[x]":                       `column 10: "x" is no integer before it`,
		"char comm[0]":                       `column 10: "0" is no length`,
		"char comm[-1]":                      `column 10: "-1" is no length`,
		"u64 a[999999999]":                   `column 6: "999999999" is no length`,
		"u32 n, u32 a[n]":                    "column 13: only char, hex",
		"strings args, u32 pid":              "column 15: nothing can come after args",
		"u8 n, char a[n], u8 b":              "column 18: nothing can come after a",
		"hex h":                              "column 6: the length is missing",
		"pad x":                              `column 5: "x" is no number of bytes`,
		"pad 1 2":                            "column 1: padding is written: pad 4",
		"[3]":                                "column 1: a type and a name must stand before [",
		"u8 a[1000000000], u8 b[1000000000]": "column 19: larger than",
	} {
		_, err := Parse(format, binary.LittleEndian)
		var e *FormatError
		if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", format, err, want)
		}
	}
}
