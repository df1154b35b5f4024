package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/testenv"
)

// floodExecs is how often each of the two spawners execs.
var floodExecs = testenv.Times(10_000, 1_000)

// spawned is one exec of the flood, as its spawner logged it.
type spawned struct {
	pid    uint32
	marker string
}

// flood lets two spawners run at the same time, and returns the log of each.
func flood(t *testing.T) [2][]spawned {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testenv.Patience(time.Minute))
	defer cancel()
	var (
		commands [2]*exec.Cmd
		logs     [2]*os.File
		lists    [2][]spawned
	)
	nothing := trigger(t, "nothing")
	for i := range commands {
		logs[i] = newWitnessFile(t)
		commands[i] = exec.CommandContext(ctx, trigger(t, "spawner"), fmt.Sprint("s", i), strconv.Itoa(floodExecs), nothing)
		commands[i].ExtraFiles = []*os.File{logs[i]}
		commands[i].Stderr = os.Stderr
		if err := commands[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	for i := range commands {
		if err := commands[i].Wait(); err != nil {
			t.Fatal(err)
		}
		lists[i] = readLog(t, logs[i].Name(), floodExecs)
	}
	return lists
}

// readLog reads the log of a spawner, which has so many lines.
func readLog(t *testing.T, path string, count int) []spawned {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list []spawned
	for line := range strings.Lines(string(content)) {
		var s spawned
		if _, err := fmt.Sscan(line, &s.pid, &s.marker); err != nil {
			t.Fatalf("parse %q: %v", line, err)
		}
		list = append(list, s)
	}
	if len(list) != count {
		t.Fatalf("a spawner logged %d execs, want %d", len(list), count)
	}
	return list
}

// markers returns the execs of the flood among the events, by the marker, and
// reports those that came more than once.
func markers(t *testing.T, events []event.Event) map[string]*event.Exec {
	t.Helper()
	found := map[string]*event.Exec{}
	for _, e := range of[*event.Exec](events) {
		args := e.Args.Slice()
		if len(args) != 2 || args[0] != "flood" {
			continue
		}
		if found[args[1]] != nil {
			t.Errorf("%s was recorded twice", args[1])
		}
		found[args[1]] = e
	}
	return found
}

// checkAllThere finds each exec of the flood once, by the right process, and those of
// a spawner in its order.
func checkAllThere(t *testing.T, lists [2][]spawned, found map[string]*event.Exec) {
	t.Helper()
	want := len(lists[0]) + len(lists[1])
	if len(found) != want {
		t.Errorf("%d execs were recorded, want %d", len(found), want)
	}
	for _, list := range lists {
		var last uint64
		for _, s := range list {
			e := found[s.marker]
			if e == nil {
				t.Fatalf("%s was not recorded", s.marker)
			}
			if e.PID != s.pid {
				t.Errorf("%s is of process %d, want %d", s.marker, e.PID, s.pid)
			}
			if e.Sequence <= last {
				t.Errorf("%s came as number %d, after %d", s.marker, e.Sequence, last)
			}
			last = e.Sequence
		}
	}
}

func checkNothingLost(t *testing.T, stats exectrail.Stats) {
	t.Helper()
	if stats.Execs.Seen < uint64(2*floodExecs) {
		t.Errorf("the kernel counted %d execs, there were %d", stats.Execs.Seen, 2*floodExecs)
	}
	if n := stats.Execs.Lost() + stats.Forks.Lost() + stats.Exits.Lost(); n != 0 {
		t.Errorf("%d events were lost: %+v", n, stats)
	}
}

// TestFlood has 20,000 execs (2,000 in an emulated machine) recorded while they happen, each with its fork and its exit.
func TestFlood(t *testing.T) {
	r := record(t, exectrail.WithForks(), exectrail.WithExits())
	lists := flood(t)
	events := r.stop(t)
	checkNothingLost(t, r.stats)
	found := markers(t, events)
	checkAllThere(t, lists, found)

	forks, exits := map[event.Key]int{}, map[event.Key][]*event.Exit{}
	for _, fork := range of[*event.Fork](events) {
		forks[fork.Process.Key]++
	}
	for _, exit := range of[*event.Exit](events) {
		exits[exit.Process.Key] = append(exits[exit.Process.Key], exit)
	}
	for marker, e := range found {
		key := e.Process.Key
		if forks[key] != 1 || len(exits[key]) != 1 {
			t.Fatalf("%s (%+v) has %d forks and %d exits, want one each", marker, key, forks[key], len(exits[key]))
		}
		if exit := exits[key][0]; exit.Status != 0 || exit.Signal != 0 || exit.Sequence < e.Sequence {
			t.Errorf("%s ended as number %d with status %d and signal %d, want 0 and 0, after number %d",
				marker, exit.Sequence, exit.Status, exit.Signal, e.Sequence)
		}
	}
}

// TestFrozenReader reads nothing before the 20,000 execs are over: the default
// buffer holds them all.
func TestFrozenReader(t *testing.T) {
	r := open(t)
	lists := flood(t)
	go r.read()
	events := r.stop(t)
	checkNothingLost(t, r.stats)
	checkAllThere(t, lists, markers(t, events))
}

// TestTinyBuffer lets most of the flood fall out of a buffer that nobody
// reads: what is missing is told at its place, and to the number. The checks
// of checkBooks, that every recording has to pass, are what this is about.
func TestTinyBuffer(t *testing.T) {
	const size = 256 << 10
	r := open(t, exectrail.WithForks(), exectrail.WithExits(), exectrail.WithBufferSize(size))
	lists := flood(t)
	go r.read()
	events := r.stop(t)

	stats := r.stats
	if stats.BufferSize != size {
		t.Errorf("the buffer has %d bytes, want %d", stats.BufferSize, size)
	}
	found := markers(t, events)
	missing := uint64(len(lists[0]) + len(lists[1]) - len(found))
	if len(found) == 0 || missing == 0 {
		t.Fatalf("%d execs were recorded and %d are missing: nothing to account for", len(found), missing)
	}
	// Other programs of the machine may be among them.
	if told := stats.Execs.Lost() + stats.Execs.Degraded; told < missing {
		t.Errorf("%d execs of the flood are missing, but %d are counted as lost or degraded", missing, told)
	}
	if stats.Execs.Seen < uint64(2*floodExecs) {
		t.Errorf("the kernel counted %d execs, there were %d", stats.Execs.Seen, 2*floodExecs)
	}
}

// TestLossInTheMiddle lets the buffer overflow, and then reads on: what comes
// after the gap is recorded as if there had been none.
func TestLossInTheMiddle(t *testing.T) {
	r := open(t, exectrail.WithForks(), exectrail.WithExits(), exectrail.WithBufferSize(256<<10))
	flood(t)
	go r.read()
	// Reading has begun when the first event is here; then there is room.
	r.await(t, 0, "the flood", func(e event.Event) bool { return e.Action() == event.ActionExec })
	time.Sleep(100 * time.Millisecond)
	ran := r.run(t, command(t, "plain", trigger(t, "target"), "after the gap"))
	after := ran.target(t)
	compare(t, after, ran.single(t))
	// Told at the latest by the next exec on the same processor.
	for _, gap := range of[*event.Lost](r.stop(t)) {
		if gap.Kind == event.ActionExec && gap.Sequence < after.Sequence {
			return
		}
	}
	t.Error("the stream tells of no exec that was lost before")
}
