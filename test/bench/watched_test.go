package main

import (
	"testing"
	"time"
)

// TestWatched ends a process that is frozen, and one that does as it is told.
func TestWatched(t *testing.T) {
	start := func() *watched {
		w, err := watch(command(t.Context(), "sleep", "60"))
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	frozen := start()
	if err := frozen.freeze(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-frozen.done:
		t.Error("a frozen process has ended")
	case <-time.After(20 * time.Millisecond):
	}
	frozen.kill()
	frozen.kill() // as close does after stop

	thawed := start()
	if err := thawed.freeze(); err != nil {
		t.Fatal(err)
	}
	if err := thawed.thaw(); err != nil {
		t.Fatal(err)
	}
	// sleep has no handler of its own: it ends by the signal.
	if err := thawed.stop(); err == nil || err.Error() != "signal: interrupt" {
		t.Errorf("it ended with %v, want the interrupt", err)
	}
}
