package e2e

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/testenv"
)

// TestSeveralTracers finds that tracers in one process do not know of each other.
func TestSeveralTracers(t *testing.T) {
	options := []exectrail.Option{exectrail.WithForks(), exectrail.WithExits()}
	first, second, third := record(t, options...), record(t, options...), record(t, options...)
	ran := first.run(t, command(t, "plain", trigger(t, "target"), "for all three"))
	for _, r := range []*recorder{first, second, third} {
		r.await(t, 0, "the target", func(e event.Event) bool {
			exec, ok := e.(*event.Exec)
			return ok && exec.Process.EntityID == ran.target(t).Process.EntityID
		})
	}
	first.stop(t)
	ran = second.run(t, command(t, "plain", trigger(t, "target"), "for two"))
	compare(t, ran.target(t), ran.single(t))
	second.stop(t)
	ran = third.run(t, command(t, "plain", trigger(t, "target"), "for the last"))
	compare(t, ran.target(t), ran.single(t))
	third.stop(t)
}

// TestNothingIsLeft opens and closes tracers in all the ways a caller may:
// neither a goroutine nor a file descriptor outlives them.
func TestNothingIsLeft(t *testing.T) {
	if reason := obstacle(); reason != "" {
		testenv.Skip(t, "%s", reason)
	}
	use := map[string]func(t *testing.T, tracer *exectrail.Tracer){
		"not read": func(t *testing.T, tracer *exectrail.Tracer) {},
		"read to the end": func(t *testing.T, tracer *exectrail.Tracer) {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			for _, err := range tracer.Events(ctx) {
				if err != nil {
					t.Errorf("read events: %v", err)
				}
			}
		},
		"read until the first": func(t *testing.T, tracer *exectrail.Tracer) {
			execute(t, exec.Command(trigger(t, "nothing")))
			for range tracer.Events(t.Context()) {
				break
			}
		},
		"closed while read": func(t *testing.T, tracer *exectrail.Tracer) {
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				for range tracer.Events(t.Context()) {
				}
			}()
			time.Sleep(20 * time.Millisecond)
			tracer.Close()
			select {
			case <-ended:
			case <-time.After(patience):
				t.Error("the iteration did not end with Close")
			}
		},
	}
	for name, use := range use {
		t.Run(name, func(t *testing.T) {
			// The first one opens what the runtime keeps, such as its poller.
			openAndClose(t, use)
			before := openDescriptors(t)
			ignore := goleak.IgnoreCurrent()
			for range 3 {
				openAndClose(t, use)
			}
			goleak.VerifyNone(t, ignore)
			if after := openDescriptors(t); after != before {
				t.Errorf("%d file descriptors are open, %d were before", after, before)
			}
		})
	}
}

func openAndClose(t *testing.T, use func(*testing.T, *exectrail.Tracer)) {
	t.Helper()
	tracer, err := exectrail.Open(t.Context(), exectrail.WithExits())
	if err != nil {
		t.Fatalf("open: %+v", err)
	}
	use(t, tracer)
	if err := tracer.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := tracer.Close(); err != nil {
		t.Errorf("close again: %v", err)
	}
}

func openDescriptors(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// TestOpenCancelled finds that Open heeds its context.
func TestOpenCancelled(t *testing.T) {
	if reason := obstacle(); reason != "" {
		testenv.Skip(t, "%s", reason)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	tracer, err := exectrail.Open(ctx)
	if err == nil {
		tracer.Close()
		t.Fatal("Open succeeded with a context that is done")
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Open failed with %v, want %v", err, context.Canceled)
	}
}

// TestHost compares the machine with what it says of itself.
func TestHost(t *testing.T) {
	r := record(t)
	host := r.tracer.Host()
	name, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		t.Fatal(err)
	}
	if host.Name != name || host.BootID+"\n" != string(boot) {
		t.Errorf("the host is %+v, want %s with the boot id %s", host, name, boot)
	}
	if hooks := r.tracer.Attached(); !slices.Contains(hooks, "tp_btf/sched_process_exec") {
		t.Errorf("the hooks are %q", hooks)
	}
	r.stop(t)
}
