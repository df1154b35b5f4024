package e2e

import (
	"bytes"
	"os/exec"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/testenv"
)

// TestClockStep sets the wall clock by an hour and back while programs run: each step is told at its place, the
// times before and after are right by the clock of their moment, and a replay shows the same.
func TestClockStep(t *testing.T) {
	testenv.NeedsOwnMachine(t)
	var raw bytes.Buffer
	r := record(t, exectrail.WithExits(), exectrail.WithRawCopy(&raw))
	nothing := trigger(t, "nothing")
	var ran []uint32
	var wall []time.Time // about when
	run := func() {
		wall = append(wall, time.Now())
		pid := execute(t, exec.Command(nothing))
		ran = append(ran, pid)
		// What is read after a step is told by the clock as it is then.
		r.await(t, 0, "the exec", func(e event.Event) bool {
			x, ok := e.(*event.Exec)
			return ok && x.PID == pid
		})
	}
	steps := []time.Duration{time.Hour, -time.Hour}
	run()
	for i, step := range steps {
		now := unix.NsecToTimespec(time.Now().Add(step).UnixNano())
		must(t, unix.ClockSettime(unix.CLOCK_REALTIME, &now))
		r.await(t, 0, "the step", func(e event.Event) bool {
			_, ok := e.(*event.Clock)
			return ok && len(of[*event.Clock](r.since(0))) == i+1
		})
		run()
	}
	events := r.stop(t)
	checkSteps(t, events, steps)
	for i, pid := range ran {
		for _, e := range of[*event.Exec](events) {
			if e.PID == pid && e.Time.Sub(wall[i]).Abs() > 10*time.Second {
				t.Errorf("exec %d came at %v, told as %v", i, wall[i], e.Time)
			}
		}
	}

	again, err := exectrail.OpenRecording(&raw, exectrail.WithExits())
	must(t, err)
	defer again.Close()
	i := 0
	for e, err := range again.Events(t.Context()) {
		must(t, err)
		if i >= len(events) || !e.Header().Time.Equal(events[i].Header().Time) || e.Action() != events[i].Action() {
			t.Fatalf("event %d of the replay is %s at %v", i, e.Action(), e.Header().Time)
		}
		i++
	}
	if i != len(events) {
		t.Errorf("the replay has %d events, and live there were %d", i, len(events))
	}
}

// checkSteps finds the steps told, in their order.
func checkSteps(t *testing.T, events []event.Event, steps []time.Duration) {
	t.Helper()
	clocks := of[*event.Clock](events)
	if len(clocks) != len(steps) {
		t.Fatalf("%d steps were told, want %d", len(clocks), len(steps))
	}
	for i, c := range clocks {
		if (c.Step - steps[i]).Abs() > time.Second {
			t.Errorf("a step of %v is told as one of %v", steps[i], c.Step)
		}
	}
}
