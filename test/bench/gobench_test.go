package main

import (
	"maps"
	"testing"
)

const goOutput = `goos: linux
goarch: amd64
pkg: github.com/exectrail/exectrail/internal/wire
cpu: some processor
BenchmarkDecode/exec-2         	10000000	       117.5 ns/op	       0 B/op	       0 allocs/op
BenchmarkDecode/two-words-16   	10000000	       20 ns/op	       8 B/op	       1 allocs/op
PASS
ok  	github.com/exectrail/exectrail/internal/wire	1.2s
?   	github.com/exectrail/exectrail/internal/other	[no test files]
pkg: github.com/exectrail/exectrail/sink/ecs
BenchmarkECS/siblings          	  500000	      2500 ns/op	 824.78 MB/s	    400000 events/s	       0 B/op	       0 allocs/op
PASS
`

func TestParseGoBenchmarks(t *testing.T) {
	got, err := parseGoBenchmarks([]byte(goOutput))
	if err != nil {
		t.Fatal(err)
	}
	want := []goBenchmark{
		{"internal/wire", "Decode/exec", map[string]float64{"ns/op": 117.5, "B/op": 0, "allocs/op": 0}},
		{"internal/wire", "Decode/two-words", map[string]float64{"ns/op": 20, "B/op": 8, "allocs/op": 1}},
		{"sink/ecs", "ECS/siblings", map[string]float64{
			"ns/op": 2500, "MB/s": 824.78, "events/s": 400000, "B/op": 0, "allocs/op": 0}},
	}
	if len(got) != len(want) {
		t.Fatalf("%d benchmarks, want %d: %v", len(got), len(want), got)
	}
	for i, w := range want {
		if g := got[i]; g.pkg != w.pkg || g.name != w.name || !maps.Equal(g.values, w.values) {
			t.Errorf("benchmark %d is %v, want %v", i, g, w)
		}
	}
}

func TestParseGoBenchmarksDamaged(t *testing.T) {
	if _, err := parseGoBenchmarks([]byte("BenchmarkX-2 1 fast ns/op\n")); err == nil {
		t.Error("no error for a figure that is no number")
	}
}

func TestTargetOf(t *testing.T) {
	list, err := parseGoBenchmarks([]byte(goOutput))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		text string
		met  bool
	}{{"no allocation", true}, {"no allocation", false}, {"500,000 events/s", false}} {
		if text, met := targetOf(list[i]); text != want.text || met != want.met {
			t.Errorf("the target of %s is %q, met: %t, want %q, %t", list[i].name, text, met, want.text, want.met)
		}
	}
	if text, _ := targetOf(goBenchmark{pkg: "sink/table", name: "Table"}); text != "" {
		t.Errorf("a benchmark without target has %q", text)
	}
	// Without the figure nothing is met.
	if _, met := targetOf(goBenchmark{pkg: "internal/wire", name: "Decode"}); met {
		t.Error("a target is met without a figure")
	}
}
