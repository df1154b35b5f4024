package main

import (
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/exectrail/exectrail/internal/testenv"
)

func TestParseTimings(t *testing.T) {
	got, err := parseTimings([]byte("120\n80\n"))
	if err != nil || !slices.Equal(got, []float64{120, 80}) {
		t.Errorf("parseTimings = %v, %v, want 120 and 80", got, err)
	}
	if _, err := parseTimings([]byte("soon\n")); err == nil {
		t.Error("no error for a duration that is no number")
	}
}

func TestLoad(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil {
		if os.Getenv("EXECTRAIL_MUST_RUN") == "1" {
			t.Fatal(err)
		}
		testenv.Skip(t, "no C compiler: install gcc and libc6-dev")
	}
	l, err := compileLoad(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	spawns, err := l.timeSpawns(t.Context(), "test", 20)
	if err != nil {
		t.Fatal(err)
	}
	if len(spawns) != 20 || slices.Min(spawns) < 1000 {
		t.Errorf("the spawns took %v ns", spawns)
	}
	calls, err := l.timeCalls(t.Context(), 3, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if len(calls) != 3 || slices.Min(calls) < 1 || slices.Max(calls) > 1e6 {
		t.Errorf("the calls took %v ns each", calls)
	}
	if took, err := l.flood(t.Context(), "test", 100); err != nil || took <= 0 {
		t.Errorf("the flood took %s: %v", took, err)
	}
	l.nothing = "/does/not/exist"
	if _, err := l.timeSpawns(t.Context(), "test", 1); err == nil {
		t.Error("no error for a program that cannot be run")
	}
}
