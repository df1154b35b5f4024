package e2e

import (
	"os/exec"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
)

// TestLoneEvent executes one program at a time, with pauses in which the
// reader falls asleep: its event is shown within 50 ms. The median of 20, as
// the machine may be busy with something else for a while.
func TestLoneEvent(t *testing.T) {
	r := open(t)
	type arrival struct {
		exec *event.Exec
		at   uint64
	}
	plain, nothing := trigger(t, "plain"), trigger(t, "nothing")
	arrivals := make(chan arrival, 16)
	go func() {
		defer close(r.done)
		for e, err := range r.tracer.Events(r.ctx) {
			if err != nil {
				t.Errorf("read events: %v", err)
				return
			}
			if e, ok := e.(*event.Exec); ok && string(e.Executable) == nothing {
				arrivals <- arrival{e.Clone().(*event.Exec), bootNow()}
			}
		}
	}()
	var delays []time.Duration
	for range 20 {
		time.Sleep(120 * time.Millisecond)
		began := bootNow()
		if err := exec.Command(plain, nothing).Run(); err != nil {
			t.Fatal(err)
		}
		ended := bootNow()
		select {
		case a := <-arrivals:
			if a.exec.Boot < began || a.exec.Boot > ended {
				t.Errorf("the time is %d, want one from %d to %d", a.exec.Boot, began, ended)
			}
			delays = append(delays, time.Duration(a.at-a.exec.Boot))
		case <-time.After(patience):
			t.Fatal("the event did not come")
		}
	}
	r.cancel()
	<-r.done
	slices.Sort(delays)
	t.Logf("from the exec to the reader: median %s, longest %s", delays[len(delays)/2], delays[len(delays)-1])
	if median := delays[len(delays)/2]; median > 50*time.Millisecond {
		t.Errorf("an event is shown after %s (median), want at most 50ms", median)
	}
}

// TestIdle finds that a tracer with nothing to read does not keep the
// processor busy. The bound is far above what it costs: others may exec
// meanwhile, and a reader that polls without pause would use all of a processor.
func TestIdle(t *testing.T) {
	r := record(t, exectrail.WithoutSelf())
	time.Sleep(200 * time.Millisecond) // let it come to rest
	before := processorTime(t)
	const pause = 2 * time.Second
	time.Sleep(pause)
	used := processorTime(t) - before
	r.stop(t)
	t.Logf("%s of processor time in %s", used, pause)
	if used > pause/10 {
		t.Errorf("%s of processor time in %s without work", used, pause)
	}
}

func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
