package e2e

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/testenv"
)

// patience is for how long an event is waited for that must come. It is no
// measure of speed: only a test that fails takes this long.
var patience = testenv.Patience(20 * time.Second)

// recorder keeps every event of a tracer.
type recorder struct {
	tracer *exectrail.Tracer
	cancel context.CancelFunc
	ctx    context.Context
	done   chan struct{}

	mu     sync.Mutex
	events []event.Event
	err    error

	stats exectrail.Stats // of the whole session, once it was stopped
}

// open starts a tracer that nobody reads yet.
func open(t *testing.T, options ...exectrail.Option) *recorder {
	t.Helper()
	if reason := obstacle(); reason != "" {
		testenv.Skip(t, "%s", reason)
	}
	tracer, err := exectrail.Open(t.Context(), options...)
	if err != nil {
		t.Fatalf("open: %+v", err)
	}
	r := &recorder{tracer: tracer, done: make(chan struct{})}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	t.Cleanup(func() {
		r.cancel()
		tracer.Close()
	})
	return r
}

// record starts a tracer and reads it.
func record(t *testing.T, options ...exectrail.Option) *recorder {
	t.Helper()
	r := open(t, options...)
	go r.read()
	return r
}

func (r *recorder) read() {
	defer close(r.done)
	for e, err := range r.tracer.Events(r.ctx) {
		r.mu.Lock()
		if err != nil {
			r.err = err
		} else {
			r.events = append(r.events, e.Clone())
		}
		r.mu.Unlock()
	}
}

// position marks the place in the stream that was reached.
func (r *recorder) position() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.events)
}

// since returns the events from a position on.
func (r *recorder) since(position int) []event.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.events[position:len(r.events):len(r.events)]
}

// await returns the first event from position on for which match holds.
func (r *recorder) await(t *testing.T, position int, what string, match func(event.Event) bool) event.Event {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		events := r.since(position)
		for _, e := range events {
			if match(e) {
				return e
			}
		}
		position += len(events)
	}
	t.Fatalf("no event came for %s", what)
	return nil
}

// stop ends the recording, checks its books and returns all of it.
func (r *recorder) stop(t *testing.T) []event.Event {
	t.Helper()
	r.cancel()
	select {
	case <-r.done:
	case <-time.After(patience):
		t.Fatal("the stream did not end after its context was cancelled")
	}
	if r.err != nil {
		t.Fatalf("read events: %+v", r.err)
	}
	r.stats = r.tracer.Stats()
	checkBooks(t, r.events, r.stats)
	if err := r.tracer.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	return r.events
}
