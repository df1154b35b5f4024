package main

import (
	"math"
	"slices"
	"testing"
)

func TestTabulate(t *testing.T) {
	samples := map[*tool][]float64{
		{name: ours}:   {2, 1, 3},
		{name: libbpf}: {math.NaN(), math.NaN()},
	}
	limit := func(most float64) quantity[float64] {
		return quantity[float64]{
			name: "Cost", of: func(v float64) float64 { return 10 * v },
			target: "low", met: func(f figure) bool { return f.median <= most },
		}
	}
	rows := tabulate(samples, limit(20), limit(19))
	if len(rows) != 2 {
		t.Fatalf("%d rows, want 2", len(rows))
	}
	r := rows[0]
	if r.name != "Cost" || r.target != "low" || r.by[ours] != "20 (15 to 25)" {
		t.Errorf("the row is %+v", r)
	}
	if text, ok := r.by[libbpf]; ok {
		t.Errorf("what is not a number is shown as %q", text)
	}
	if !rows[0].met || rows[1].met {
		t.Errorf("targets met: %t and %t, want true and false", rows[0].met, rows[1].met)
	}
}

func TestSeenRow(t *testing.T) {
	json, peer := &tool{name: oursJSON}, &tool{name: libbpf}
	r := seenRow("Seen", map[*tool][]int{{name: ours}: {1000, 1000}, json: {1000, 1000}, peer: {1000, 999}}, 1000)
	if !r.met {
		t.Error("the target is missed by a tool that it is not for")
	}
	if got, want := r.by[libbpf], "1,999 of 2,000, 1 missing"; got != want {
		t.Errorf("seen: %q, want %q", got, want)
	}
	if got, want := r.by[ours], "2,000 of 2,000"; got != want {
		t.Errorf("seen: %q, want %q", got, want)
	}
	if r := seenRow("Seen", map[*tool][]int{{name: ours}: {1000}, json: {999}}, 1000); r.met {
		t.Error("the target is met with an exec missing")
	}
}

func TestInTurn(t *testing.T) {
	a, b, c := &tool{}, &tool{}, &tool{}
	bench := &bench{tools: []*tool{a, b, c}}
	for round, want := range [][]*tool{{a, b, c}, {b, c, a}, {c, a, b}, {a, b, c}} {
		if got := bench.inTurn(round); !slices.Equal(got, want) {
			t.Errorf("round %d: %v, want %v", round, got, want)
		}
	}
}
