package main

import (
	"testing"
	"time"
)

func TestParseProgramID(t *testing.T) {
	for _, tt := range []struct {
		fdinfo string
		id     uint32
		ok     bool
	}{
		{"pos:\t0\nflags:\t02000002\nprog_type:\t26\nprog_id:\t2052\nrun_cnt:\t0\n", 2052, true},
		{"link_type:\ttracing\nlink_id:\t7\nprog_tag:\tff\nprog_id:\t9\n", 9, true},
		{"pos:\t0\nmap_id:\t3\n", 0, false},
		{"prog_id:\tmany\n", 0, false},
	} {
		if id, ok := parseProgramID(tt.fdinfo); id != tt.id || ok != tt.ok {
			t.Errorf("parseProgramID(%q) = %d, %t, want %d, %t", tt.fdinfo, id, ok, tt.id, tt.ok)
		}
	}
}

func TestMeanTimes(t *testing.T) {
	programs := []program{{hook: hookExec}, {hook: hookExec}, {hook: hookExec}, {hook: hookExit}}
	before := []counter{{10, time.Microsecond}, {}, {5, 5}, {}}
	after := []counter{{20, 2 * time.Microsecond}, {50, 1000}, {5, 5}, {4, 1200}}
	// The second ran more often than there were execs: it counts for what one run takes.
	want := hookTimes{hookExec: 100 + 20, hookExit: 300}
	if got := meanTimes(programs, before, after); got != want {
		t.Errorf("meanTimes = %v, want %v", got, want)
	}
}
