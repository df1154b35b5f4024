package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink"
)

func balanced(recorded, full, recursion uint64) exectrail.Counts {
	return exectrail.Counts{Seen: recorded + full + recursion, Recorded: recorded, BufferFull: full, Recursion: recursion}
}

// summaryOf returns the summary of a session whose output took all that was recorded.
func summaryOf(stats exectrail.Stats, opts *traceOptions, shown uint64) summary {
	taken := func(c exectrail.Counts) sink.Account { return sink.Account{Offered: c.Recorded, Written: c.Recorded} }
	return newSummary(stats, sink.Stats{
		Execs: taken(stats.Execs), Failed: taken(stats.Failed), Forks: taken(stats.Forks), Exits: taken(stats.Exits),
	}, opts, &selection{}, shown)
}

func TestSummaryLines(t *testing.T) {
	stats := exectrail.Stats{Execs: balanced(20, 3, 1), Forks: balanced(9, 0, 0), Exits: balanced(8, 1, 0), ShortReads: 2, ChunksLost: 7}
	stats.Forks.Filtered, stats.Untracked = 5, 6
	stats.Forks.Seen += 5
	s := summaryOf(stats, &traceOptions{exits: true, forks: true}, 5)
	s.cost = cost{cpu: 1234 * time.Millisecond, peak: 40 << 20, ring: 64 << 20, kernel: 1200}
	want := []string{
		"24 executed, 20 recorded, 5 shown, 4 lost (3 for want of room in the ring, 1 skipped by the kernel)",
		"14 forked, 5 filtered, 9 recorded, 0 lost",
		"9 exited, 8 recorded, 1 lost (1 for want of room in the ring)",
		"2 reads of arguments or environments failed: their events tell how much is missing",
		"7 parts of long arguments or environments lost for want of room in the ring: their events tell how much is missing",
		"6 processes could not be followed: what they and their children did is filtered",
		"cost: 1.23 s of CPU time, 40 MiB of memory at most beside the ring, 1200 ns in the kernel per exec",
	}
	if got := s.lines(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if err := s.loss(); exitCode(err) != exitLost || err.Error() != "5 events were lost" {
		t.Errorf("got %v, want a loss of 5", err)
	}
}

func TestLossOfParts(t *testing.T) {
	s := summaryOf(exectrail.Stats{Execs: balanced(1, 0, 0), ChunksLost: 3}, &traceOptions{}, 1)
	if err := s.loss(); exitCode(err) != exitLost || err.Error() != "3 parts of events were lost" {
		t.Errorf("got %v, want a loss of 3 parts", err)
	}
}

// What nobody asked for is not in the account.
func TestSummaryOfExecsOnly(t *testing.T) {
	s := summaryOf(exectrail.Stats{Execs: balanced(2, 0, 0), Forks: balanced(0, 7, 0), Exits: exectrail.Counts{Seen: 9}}, &traceOptions{}, 2)
	s.cost = cost{}
	if got := s.lines()[0]; got != "2 executed, 2 recorded, 0 lost" {
		t.Errorf("got %q", got)
	}
	if s.loss() != nil || s.check() != nil || len(s.lines()) != 2 {
		t.Errorf("loss %v, check %v, %q", s.loss(), s.check(), s.lines())
	}
}

func TestSummaryCheck(t *testing.T) {
	s := summaryOf(exectrail.Stats{Execs: exectrail.Counts{Seen: 10, Recorded: 8, BufferFull: 1}}, &traceOptions{}, 8)
	err := s.check()
	if err == nil || !strings.Contains(err.Error(), "10 executed, but 0 filtered, 8 recorded and 1 lost") {
		t.Errorf("an account that is wrong by one: %v", err)
	}
}

// TestSummaryOfSlowOutput has an output that could not keep up, and one that failed.
func TestSummaryOfSlowOutput(t *testing.T) {
	s := summaryOf(exectrail.Stats{Execs: balanced(20, 0, 0), RawCopy: exectrail.RawCopyStats{Records: 30, Skipped: 4}}, &traceOptions{}, 20)
	s.output.Execs = sink.Account{Offered: 20, Written: 15, Dropped: 3, Abandoned: 2}
	const want = "20 executed, 20 recorded, 0 lost; output: 15 written, 5 lost (3 slow output, 2 not written at the end)" +
		"; recording: 30 records, 4 skipped (slow output)"
	if got := s.lines()[0]; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	err := s.loss()
	if exitCode(err) != exitLost || err.Error() != "5 events were lost" || !strings.Contains(hintOf(err), "--output-file") {
		t.Errorf("got %v (%s), want a loss of 5", err, hintOf(err))
	}
	if err := s.check(); err != nil {
		t.Error(err)
	}
	for _, wrong := range []sink.Account{{Offered: 20, Written: 19}, {Offered: 19, Written: 19}} {
		s.output.Execs = wrong
		if err := s.check(); err == nil || !strings.Contains(err.Error(), "the account of the output is wrong") {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
}

func TestCounters(t *testing.T) {
	s := summaryOf(exectrail.Stats{Execs: balanced(20, 3, 1), Reader: exectrail.ReaderStats{Records: 55}}, &traceOptions{}, 20)
	lines := s.counters().lines()
	for _, want := range []string{"kernel execs lost, buffer full 3", "reader records 55", "output execs written 20"} {
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.Join(strings.Fields(line), " ") == want }) {
			t.Errorf("no line tells of %q:\n%s", want, strings.Join(lines, "\n"))
		}
	}
	for _, line := range lines {
		if len(line) != len(lines[0]) {
			t.Errorf("not aligned: %q", line)
		}
	}
	if n := s.counters().object()["kernel"]["execs_lost_buffer_full"]; n != 3 {
		t.Errorf("the object tells of %d", n)
	}
}

func TestSummaryObject(t *testing.T) {
	s := summaryOf(exectrail.Stats{Execs: balanced(20, 3, 1)}, &traceOptions{}, 20)
	s.cost = cost{cpu: 5, peak: 6, kernel: 7}
	o := s.object()
	delete(o, "stages")
	got, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"chunks_lost":0,"cost":{"cpu_ns":5,"kernel_ns_per_exec":7,"peak_memory_bytes":6},` +
		`"execs":{"filtered":0,"lost":{"buffer_full":3,"recursion":1,"restart":0,"slow_output":0},"recorded":20,"seen":24},"short_reads":0,"shown":20,"untracked":0}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestReadCost(t *testing.T) {
	c := readCost(exectrail.Stats{})
	if c.peak < 1<<20 || c.peak > 1<<40 || c.cpu <= 0 {
		t.Errorf("got %+v", c)
	}
	if c.kernel != 0 || strings.Contains(c.String(), "kernel") {
		t.Errorf("a kernel that measures nothing costs %s", c)
	}
}

func TestKernelTime(t *testing.T) {
	programs := []exectrail.ProgramStats{
		{Name: "on_exec", Runs: 100, Runtime: 120 * time.Microsecond},
		{Name: "on_rename", Runs: 150, Runtime: 10 * time.Microsecond},
		{Name: "on_exit", Runs: 100, Runtime: time.Second},
	}
	if got := kernelTime(programs); got != 1300 {
		t.Errorf("got %v, want 1.3us", got)
	}
	if got := kernelTime([]exectrail.ProgramStats{{Name: "on_exec"}}); got != 0 {
		t.Errorf("a kernel that measures nothing: %v", got)
	}
}

// What was filtered out was recorded, and is in the account of what the output was given.
func TestSummaryOfFilter(t *testing.T) {
	stats := exectrail.Stats{Execs: balanced(20, 3, 0), Exits: balanced(8, 0, 0)}
	chosen := &selection{chooses: true, left: map[event.Action]uint64{event.ActionExec: 15, event.ActionExit: 8}}
	output := sink.Stats{Execs: sink.Account{Offered: 5, Written: 5}}
	s := newSummary(stats, output, &traceOptions{exits: true}, chosen, 5)
	want := []string{
		"23 executed, 20 recorded, 5 shown, 3 lost (3 for want of room in the ring)",
		"8 exited, 8 recorded, 0 shown, 0 lost",
	}
	if got := s.lines()[:2]; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := s.check(); err != nil {
		t.Error(err)
	}
	chosen.left[event.ActionExec]--
	if s := newSummary(stats, output, &traceOptions{}, chosen, 5); s.check() == nil {
		t.Error("an event that was neither filtered out nor given to the output is not missed")
	}
	shown := s.object()["exits"].(map[string]any)["shown"]
	if shown != uint64(0) {
		t.Errorf("%v exits are shown", shown)
	}
}
