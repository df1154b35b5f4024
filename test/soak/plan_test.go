package main

import (
	"fmt"
	"testing"
)

// TestPlanRepeats makes the plan of each round twice, and finds that a seed or a number makes a difference.
func TestPlanRepeats(t *testing.T) {
	describe := func(seed uint64, number int) string {
		p := newPlan(seed, number, true)
		text := fmt.Sprintf("%q %v", p.flags(), p.scenarios)
		for range 10 {
			text += fmt.Sprint(drawDisturbance(p.trouble, p.pinned))
		}
		return text
	}
	seen := map[string]bool{}
	for seed := range uint64(5) {
		for number := range 20 {
			text := describe(seed, number)
			if again := describe(seed, number); again != text {
				t.Errorf("seed %d, round %d: first %s, then %s", seed, number, text, again)
			}
			seen[text] = true
		}
	}
	if len(seen) != 100 {
		t.Errorf("100 rounds have %d plans", len(seen))
	}
}

// TestPlansHaveAll finds each kind of round and of scenario among many plans, and no marker's name twice in one.
func TestPlansHaveAll(t *testing.T) {
	const rounds = 200
	seen := map[string]int{}
	for number := range rounds {
		p := newPlan(1, number, true)
		names := map[string]bool{}
		for _, s := range p.scenarios {
			switch s := s.(type) {
			case flood:
				names[s.name] = true
				seen[fmt.Sprintf("flood with much %t, huge %t", s.bytes > 0, s.bytes >= 2<<20)]++
			case bomb:
				names[s.name] = true
				seen["bomb "+s.ways]++
			}
		}
		if len(names) != len(p.scenarios) {
			t.Errorf("round %d: %d scenarios have the names %v", number, len(p.scenarios), names)
		}
		seen[fmt.Sprint("failures ", p.failures)]++
		seen[fmt.Sprint("tiny ", p.tiny)]++
		seen[fmt.Sprint("pinned ", p.pinned)]++
		if newPlan(1, number, false).pinned {
			t.Errorf("round %d is pinned, though there are to be no pins", number)
		}
	}
	for _, want := range []string{
		"flood with much false, huge false", "flood with much true, huge false", "flood with much true, huge true",
		"bomb xrqrdrx", "bomb dxqd", "bomb fxf", "failures true", "failures false", "tiny true", "tiny false", "pinned true", "pinned false",
	} {
		if seen[want] == 0 {
			t.Errorf("%d rounds have no %s: %v", rounds, want, seen)
		}
	}
}

func TestParseSeed(t *testing.T) {
	if seed, err := parseSeed("123"); seed != 123 || err != nil {
		t.Errorf("got %d and %v", seed, err)
	}
	if _, err := parseSeed(""); err != nil {
		t.Error(err)
	}
	for _, text := range []string{"x", "-1", "1.5", "99999999999999999999"} {
		if seed, err := parseSeed(text); err == nil {
			t.Errorf("%q gives %d and no error", text, seed)
		}
	}
}
