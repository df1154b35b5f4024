package exectrail_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/testenv"
)

// openLive begins a session, where the machine lets the test do so.
func openLive(t *testing.T, options ...exectrail.Option) *exectrail.Tracer {
	t.Helper()
	testenv.NeedsRoot(t)
	tracer, err := exectrail.Open(t.Context(), options...)
	if err != nil {
		t.Fatalf("%+v", err)
	}
	t.Cleanup(func() { tracer.Close() })
	return tracer
}

// execute runs a program that does nothing, with an argument to know it by.
func execute(t *testing.T, argument string) {
	t.Helper()
	if err := exec.Command("/bin/sh", "-c", "exit", argument).Run(); err != nil {
		t.Fatal(err)
	}
}

// isExecOf reports whether e is the exec of [execute].
func isExecOf(e event.Event, argument string) bool {
	x, ok := e.(*event.Exec)
	return ok && string(x.Args.Raw) == "/bin/sh\x00-c\x00exit\x00"+argument+"\x00"
}

// TestDrain ends a session before anything was read: all that happened until then comes.
func TestDrain(t *testing.T) {
	tracer := openLive(t, exectrail.WithForks(), exectrail.WithExits())
	for range 10 {
		execute(t, "drain")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var found int
	count := map[event.Action]uint64{}
	for e, err := range tracer.Events(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		count[e.Action()]++
		if isExecOf(e, "drain") {
			found++
		}
	}
	if found != 10 {
		t.Errorf("%d of 10 execs came", found)
	}
	stats := tracer.Stats()
	for action, c := range map[event.Action]exectrail.Counts{
		event.ActionExec: stats.Execs, event.ActionFork: stats.Forks, event.ActionExit: stats.Exits,
	} {
		if !c.Balanced() || c.Recorded != count[action] {
			t.Errorf("%d %ss came, and the accounts are %+v", count[action], action, c)
		}
	}
	execute(t, "too late")
	for e, err := range tracer.Events(t.Context()) {
		t.Errorf("after the end: got %v, %v", e, err)
	}
}

// TestLeaveLiveAndGoOn leaves the loop and comes back: what happened meanwhile is there.
func TestLeaveLiveAndGoOn(t *testing.T) {
	tracer := openLive(t)
	for _, argument := range []string{"one", "two", "three"} {
		execute(t, argument)
		found := false
		for e, err := range tracer.Events(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if found = isExecOf(e, argument); found {
				break
			}
		}
		if !found {
			t.Errorf("%s did not come", argument)
		}
	}
}

// TestEndUnderLoad ends a session while programs go on to be executed faster than
// they are read: the ring never gets empty by itself.
func TestEndUnderLoad(t *testing.T) {
	tracer := openLive(t, exectrail.WithForks(), exectrail.WithExits())
	load, stop := context.WithCancel(t.Context())
	var spawners sync.WaitGroup
	defer spawners.Wait()
	defer stop()
	for range 2 {
		spawners.Go(func() {
			for load.Err() == nil {
				exec.Command("/bin/true").Run()
			}
		})
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for _, err := range tracer.Events(ctx) {
			if err != nil {
				t.Error(err)
			}
			cancel()
			time.Sleep(time.Millisecond) // four processors could not keep up with that
		}
	}()
	await(t, "end under load", done)
	if stats := tracer.Stats(); !stats.Execs.Balanced() || !stats.Forks.Balanced() || !stats.Exits.Balanced() {
		t.Errorf("the accounts are %+v", stats)
	}
}

// TestCloseWhileReading closes a tracer whose reader waits for the next event.
func TestCloseWhileReading(t *testing.T) {
	for range 3 {
		tracer := openLive(t, exectrail.WithoutSelf())
		var last error
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for _, last = range tracer.Events(t.Context()) {
			}
		}()
		time.Sleep(20 * time.Millisecond)
		closed := make(chan struct{})
		go func() {
			defer close(closed)
			if err := tracer.Close(); err != nil {
				t.Error(err)
			}
		}()
		await(t, "close", closed)
		await(t, "the loop", ended)
		if !errors.Is(last, exectrail.ErrClosed) {
			t.Errorf("the loop ended with %v", last)
		}
	}
}

// TestCloseInTheLiveLoop closes the tracer from the loop that reads it.
func TestCloseInTheLiveLoop(t *testing.T) {
	tracer := openLive(t)
	execute(t, "any")
	done := make(chan struct{})
	go func() {
		defer close(done)
		var last error
		for _, last = range tracer.Events(t.Context()) {
			tracer.Close()
		}
		if !errors.Is(last, exectrail.ErrClosed) {
			t.Errorf("the loop ended with %v", last)
		}
	}()
	await(t, "close in the loop", done)
}

// TestCloseTwiceAtOnce finds that a Close which comes second waits for the first.
func TestCloseTwiceAtOnce(t *testing.T) {
	openLive(t).Close() // the first one opens what the runtime keeps, such as its poller
	before := descriptors(t)
	tracer := openLive(t)
	var closing sync.WaitGroup
	var counting sync.Mutex
	for range 4 {
		closing.Go(func() {
			if err := tracer.Close(); err != nil {
				t.Error(err)
			}
			counting.Lock()
			defer counting.Unlock()
			if after := descriptors(t); after > before {
				t.Errorf("%d file descriptors are open, %d were before", after, before)
			}
		})
	}
	closing.Wait()
}

// descriptors returns how many file descriptors are open.
func descriptors(t *testing.T) int {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Error(err)
	}
	return len(open)
}

// TestStatsWhileReading asks for the accounts all the time. It is for the race detector.
func TestStatsWhileReading(t *testing.T) {
	tracer := openLive(t)
	ctx, cancel := context.WithCancel(t.Context())
	var asking sync.WaitGroup
	for range 2 {
		asking.Go(func() {
			for ctx.Err() == nil {
				if s := tracer.Stats(); s.Execs.Recorded+s.Execs.Lost() > s.Execs.Seen {
					t.Errorf("more came than happened: %+v", s.Execs)
					return
				}
				tracer.Attached()
				tracer.Host()
			}
		})
	}
	go func() {
		defer cancel()
		for range 20 {
			exec.Command("/bin/true").Run()
		}
	}()
	for _, err := range tracer.Events(ctx) {
		if err != nil {
			t.Error(err)
		}
	}
	cancel()
	asking.Wait()
	if err := tracer.Close(); err != nil {
		t.Error(err)
	}
	if s := tracer.Stats(); s.Execs.Recorded < 20 || !s.Execs.Balanced() || s.BufferSize < exectrail.DefaultBufferSize {
		t.Errorf("after Close: %+v", s)
	}
}

// TestOpenErrors has options that cannot be met.
func TestOpenErrors(t *testing.T) {
	for _, size := range []int{0, -1, 2<<30 + 1} {
		if tracer, err := exectrail.Open(t.Context(), exectrail.WithBufferSize(size)); err == nil {
			tracer.Close()
			t.Errorf("a buffer of %d bytes was made", size)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := exectrail.Open(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that is done: got %v", err)
	}
}
