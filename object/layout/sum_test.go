package layout

import (
	"math"
	"testing"

	"github.com/cilium/ebpf/btf"
)

func TestSum(t *testing.T) {
	typ := parse(t, "u64 hits, s32 delta, u32 hist[2], f64 f, char comm[4], ptr p, bool b, u32 late")
	decode := func(hits uint64, delta int32, a, b uint32, f float64, comm string, p uint64, flag uint8, late ...any) Value {
		return typ.Decode(append(le(hits, delta, a, b, uint32(0), f, comm, uint32(0), p, flag, "\x00\x00\x00"), le(late...)...))
	}
	got, err := Sum([]Value{
		decode(1, -5, 1, 2, 0.5, "abc\x00", 8, 1, uint32(1)),
		decode(2, 3, math.MaxUint32, 4, 1, "abc\x00", 9, 1, uint32(2)),
		decode(3, 0, 0, 0, 0, "abc\x00", 8, 1),
	})
	if err != nil {
		t.Fatal(err)
	}
	check(t, got,
		"hits=6 delta=-2 hist=[4294967296 6] f=1.5 comm=abc p=[0x8 0x9 0x8] b=true late=[1 2 ?]",
		`{"hits":6,"delta":-2,"hist":[4294967296,6],"f":1.5,"comm":"abc","p":["0x8","0x9","0x8"],"b":true,"late":[1,2,null]}`)
}

// TestSumOverflow has what 64 bits do not hold: it is listed, so nobody reads a wrong number.
func TestSumOverflow(t *testing.T) {
	for _, tt := range []struct {
		format string
		raw    [2][]byte
		want   string
	}{
		{"u64 n", [2][]byte{le(uint64(math.MaxUint64)), le(uint64(1))}, "n=[18446744073709551615 1]"},
		{"s64 n", [2][]byte{le(int64(math.MinInt64)), le(int64(-1))}, "n=[-9223372036854775808 -1]"},
		{"s64 n", [2][]byte{le(int64(math.MaxInt64)), le(int64(math.MinInt64))}, "n=-1"},
	} {
		typ := parse(t, tt.format)
		got, err := Sum([]Value{typ.Decode(tt.raw[0]), typ.Decode(tt.raw[1])})
		if err != nil || string(AppendText(nil, got)) != tt.want {
			t.Errorf("%s, %v, want %s", AppendText(nil, got), err, tt.want)
		}
	}
}

func TestSumOfNumbers(t *testing.T) {
	typ := fromBTF(t, &btf.Typedef{Name: "__u32", Type: &btfU32})
	got, err := Sum([]Value{typ.Decode(le(uint32(math.MaxUint32))), typ.Decode(le(uint32(1)))})
	if err != nil || got.Uint() != 1<<32 {
		t.Errorf("%d, %v", got.Uint(), err)
	}
}

func TestSumErrors(t *testing.T) {
	if _, err := Sum(nil); err == nil {
		t.Error("nothing has a sum")
	}
	if _, err := Sum([]Value{parse(t, "u32 a").Decode(nil), parse(t, "u32 a").Decode(nil)}); err == nil {
		t.Error("values of two types have a sum")
	}
}
