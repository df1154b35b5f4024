package e2e

import (
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/testenv"
)

// endOf runs life, and returns its only exit event and what wait4 told of it.
func endOf(t *testing.T, r *recorder, how ...string) (*event.Exit, syscall.WaitStatus, *syscall.Rusage) {
	t.Helper()
	cmd := exec.Command(trigger(t, "life"), how...)
	cmd.Dir = publicDir(t)
	ran := r.run(t, cmd)
	exits := of[*event.Exit](ran.events)
	if len(exits) != 1 {
		t.Fatalf("the process ended %d times", len(exits))
	}
	e := exits[0]
	if e.Boot < ran.began || e.Boot > ran.ended {
		t.Errorf("it ended at %d, want a time from %d to %d", e.Boot, ran.began, ran.ended)
	}
	return e, cmd.ProcessState.Sys().(syscall.WaitStatus), cmd.ProcessState.SysUsage().(*syscall.Rusage)
}

// TestExits compares how processes ended with what their parent was told.
func TestExits(t *testing.T) {
	setCorePattern(t, "core")
	r := record(t, exectrail.WithForks(), exectrail.WithExits())
	for _, how := range [][]string{{"status", "0"}, {"status", "3"}, {"status", "255"}, {"killed"}, {"segfault"}} {
		t.Run(how[0]+" "+how[len(how)-1], func(t *testing.T) {
			e, status, _ := endOf(t, r, how...)
			var signal, code uint8
			if status.Signaled() {
				signal = uint8(status.Signal())
			} else {
				code = uint8(status.ExitStatus())
			}
			if e.Status != code || e.Signal != signal || e.CoreDumped != status.CoreDump() {
				t.Errorf("status %d, signal %d, core %v, want %d, %d, %v",
					e.Status, e.Signal, e.CoreDumped, code, signal, status.CoreDump())
			}
			if how[0] == "segfault" && !status.CoreDump() {
				t.Error("no core was dumped: the test proves nothing about it")
			}
		})
	}
	t.Run("leader first", func(t *testing.T) {
		e, status, usage := endOf(t, r, "leader-first")
		if e.Status != 7 || status.ExitStatus() != 7 {
			t.Errorf("the status is %d, the parent was told %d, want 7", e.Status, status.ExitStatus())
		}
		compareProcessorTime(t, e.Usage, usage, 250*time.Millisecond)
	})
	r.stop(t)
}

// TestUsage compares what processes used with what their parent was told.
func TestUsage(t *testing.T) {
	r := record(t, exectrail.WithForks(), exectrail.WithExits())
	t.Run("processor and memory", func(t *testing.T) {
		e, _, usage := endOf(t, r, "work")
		compareProcessorTime(t, e.Usage, usage, 500*time.Millisecond)
		// The kernel counts pages per processor and sums up now and then, so
		// two readings of the same peak may differ by some hundred KiB.
		near(t, "peak memory in KiB", int64(e.Usage.MaxRSS>>10), usage.Maxrss, 1024)
		if e.Usage.MaxRSS < 200<<20 {
			t.Errorf("the peak is %d bytes, but 200 MiB were touched", e.Usage.MaxRSS)
		}
		// A process that ends may fault and is scheduled away once more after the event.
		near(t, "minor faults", int64(e.Usage.MinorFaults), usage.Minflt, 4)
		near(t, "major faults", int64(e.Usage.MajorFaults), usage.Majflt, 4)
		near(t, "voluntary context switches", int64(e.Usage.VoluntaryCtxt), usage.Nvcsw, 4)
		near(t, "involuntary context switches", int64(e.Usage.InvoluntaryCtxt), usage.Nivcsw, 4)
	})
	t.Run("storage", func(t *testing.T) {
		e, _, usage := endOf(t, r, "store")
		if usage.Oublock == 0 {
			testenv.Skip(t, "%s is in memory: set TMPDIR", publicDir(t))
		}
		// wait4 counts blocks of 512 bytes.
		near(t, "blocks read", int64(e.Usage.ReadBytes>>9), usage.Inblock, 0)
		// What is written as the files of the process are closed comes after the event.
		near(t, "blocks written", int64(e.Usage.WriteBytes>>9), usage.Oublock, 128)
		near(t, "voluntary context switches", int64(e.Usage.VoluntaryCtxt), usage.Nvcsw, 4)
		if e.Usage.WriteBytes < 8<<20 || usage.Nvcsw < 20 {
			t.Errorf("%d bytes written and %d switches: want 8 MiB and 20", e.Usage.WriteBytes, usage.Nvcsw)
		}
	})
	r.stop(t)
}

// compareProcessorTime allows for the time since the scheduler last looked,
// one tick of at most 10 ms, and for what the kernel spends on the end of the
// process after the event: some percent at most, as memory was given back before.
func compareProcessorTime(t *testing.T, got event.Usage, want *syscall.Rusage, least time.Duration) {
	t.Helper()
	wantSum := time.Duration(want.Utime.Nano() + want.Stime.Nano())
	sum := got.UserTime + got.SystemTime
	tolerance := 10*time.Millisecond + wantSum*3/100
	near(t, "processor time in us", sum.Microseconds(), wantSum.Microseconds(), tolerance.Microseconds())
	near(t, "user time in us", got.UserTime.Microseconds(), want.Utime.Nano()/1000, tolerance.Microseconds())
	near(t, "system time in us", got.SystemTime.Microseconds(), want.Stime.Nano()/1000, tolerance.Microseconds())
	if wantSum < least-tolerance {
		t.Errorf("the program used %s, want %s for the comparison to mean something", wantSum, least)
	}
}

func near(t *testing.T, what string, got, want, tolerance int64) {
	t.Helper()
	if got < want-tolerance || got > want+tolerance {
		t.Errorf("%s: %d, want %d, give or take %d", what, got, want, tolerance)
	}
}
