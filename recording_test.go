package exectrail_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
)

func TestRecording(t *testing.T) {
	tracer := openDemo(t, exectrail.WithForks(), exectrail.WithExits())
	if host := tracer.Host(); host.Name != "web1" || host.Arch != "amd64" || host.BootID == "" || host.Kernel == "" {
		t.Errorf("got host %+v", host)
	}
	if hooks := tracer.Attached(); len(hooks) != 0 {
		t.Errorf("a recording is attached to %v", hooks)
	}
	count := map[event.Action]uint64{}
	var last uint64
	for e, err := range tracer.Events(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		count[e.Action()]++
		if last++; e.Header().Sequence != last {
			t.Fatalf("%s has number %d, want %d", e.Action(), e.Header().Sequence, last)
		}
	}
	stats := tracer.Stats()
	for action, counts := range map[event.Action]exectrail.Counts{
		event.ActionExec: stats.Execs, event.ActionFork: stats.Forks, event.ActionExit: stats.Exits,
	} {
		if !counts.Balanced() || counts.Lost() != 0 || counts.Recorded != count[action] || counts.Recorded == 0 {
			t.Errorf("%d %ss came, and the accounts are %+v", count[action], action, counts)
		}
	}
	if stats.BufferSize == 0 || len(stats.Programs) != 0 {
		t.Errorf("got %+v", stats)
	}
	if err := tracer.Close(); err != nil {
		t.Error(err)
	}
	if after := tracer.Stats(); after.Execs != stats.Execs {
		t.Errorf("after Close the accounts are %+v, want %+v", after.Execs, stats.Execs)
	}
}

func TestRecordingOptions(t *testing.T) {
	for name, test := range map[string]struct {
		options []exectrail.Option
		want    []event.Action
	}{
		"none":      {nil, []event.Action{event.ActionExec, event.ActionExecFailed}},
		"exits":     {[]exectrail.Option{exectrail.WithExits()}, []event.Action{event.ActionExec, event.ActionExecFailed, event.ActionExit}},
		"forks":     {[]exectrail.Option{exectrail.WithForks()}, []event.Action{event.ActionExec, event.ActionExecFailed, event.ActionFork}},
		"no failed": {[]exectrail.Option{exectrail.WithoutFailed()}, []event.Action{event.ActionExec}},
	} {
		var got []event.Action
		for e, err := range openDemo(t, test.options...).Events(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(got, e.Action()) {
				got = append(got, e.Action())
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// TestLeaveAndGoOn leaves the loop after each event: what comes is as in one loop.
func TestLeaveAndGoOn(t *testing.T) {
	options := []exectrail.Option{exectrail.WithForks(), exectrail.WithExits()}
	want, err := readAll(t, openDemo(t, options...))
	if err != nil {
		t.Fatal(err)
	}
	tracer := openDemo(t, options...)
	var got []string
	for range want {
		for e, err := range tracer.Events(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, jsonLine(e))
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %d events that differ from %d", len(got), len(want))
	}
	if rest, err := readAll(t, tracer); err != nil || len(rest) != 0 {
		t.Errorf("after the end: %d events, %v", len(rest), err)
	}
}

func TestClosed(t *testing.T) {
	tracer := openDemo(t)
	for range 2 {
		if err := tracer.Close(); err != nil {
			t.Error(err)
		}
		if got, err := readAll(t, tracer); !errors.Is(err, exectrail.ErrClosed) || len(got) != 0 {
			t.Errorf("got %d events, %v", len(got), err)
		}
	}
}

// TestCloseInTheLoop closes the tracer from the loop that reads it.
func TestCloseInTheLoop(t *testing.T) {
	tracer := openDemo(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		var events int
		var last error
		for _, err := range tracer.Events(t.Context()) {
			if last = err; err == nil {
				events++
				tracer.Close()
			}
		}
		if events != 1 || !errors.Is(last, exectrail.ErrClosed) {
			t.Errorf("got %d events, then %v", events, last)
		}
	}()
	await(t, "close in the loop", done)
}

func TestBusy(t *testing.T) {
	tracer := openDemo(t)
	for _, err := range tracer.Events(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := readAll(t, tracer); !errors.Is(err, exectrail.ErrBusy) {
			t.Errorf("a loop within the loop: got %v", err)
		}
		break
	}
	if _, err := readAll(t, tracer); err != nil {
		t.Errorf("a loop after it: %v", err)
	}
}

// TestCancelledRecording ends where the context does, without an error.
func TestCancelledRecording(t *testing.T) {
	tracer := openDemo(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var events int
	for _, err := range tracer.Events(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		events++
		cancel()
	}
	if events != 1 {
		t.Errorf("%d events came, want 1", events)
	}
}

// TestOwnership keeps a clone of each event: later events do not change it.
func TestOwnership(t *testing.T) {
	options := []exectrail.Option{exectrail.WithForks(), exectrail.WithExits()}
	want, err := readAll(t, openDemo(t, options...))
	if err != nil {
		t.Fatal(err)
	}
	var kept []event.Event
	for e, err := range openDemo(t, options...).Events(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, e.Clone())
	}
	for i, e := range kept {
		if got := jsonLine(e); got != want[i] {
			t.Fatalf("event %d became\n%swant\n%s", i, got, want[i])
		}
	}
}
