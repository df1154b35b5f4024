package e2e

import (
	"slices"
	"testing"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
)

// checkBooks holds the whole stream of an ended session against what the kernel counted.
func checkBooks(t *testing.T, events []event.Event, stats exectrail.Stats) {
	t.Helper()
	delivered, lost := map[event.Action]uint64{}, map[event.Action]uint64{}
	for _, e := range events {
		if gap, ok := e.(*event.Lost); ok {
			lost[gap.Kind] += gap.Count
			continue
		}
		delivered[e.Action()]++
	}
	for action, counts := range map[event.Action]exectrail.Counts{
		event.ActionExec:       stats.Execs,
		event.ActionExecFailed: stats.Failed,
		event.ActionFork:       stats.Forks,
		event.ActionExit:       stats.Exits,
	} {
		if !counts.Balanced() {
			t.Errorf("%s: %d seen, but %d filtered, %d recorded and %d lost", action, counts.Seen, counts.Filtered, counts.Recorded, counts.Lost())
		}
		// Kinds that were not asked for are recorded, but not delivered.
		if n := delivered[action]; n != 0 && n != counts.Recorded {
			t.Errorf("%s: %d events came, %d were recorded", action, n, counts.Recorded)
		}
		if n := lost[action]; n != counts.Lost() {
			t.Errorf("%s: the stream tells of %d lost events, the kernel of %d", action, n, counts.Lost())
		}
	}
	checkSequence(t, events)
	if stats.Forks.Filtered > 0 {
		// The kernel has numbers for those, too, that were recorded for what descends from them alone.
		events = slices.DeleteFunc(slices.Clone(events), isFork)
	}
	checkGaps(t, events)
}

func isFork(e event.Event) bool {
	gap, lost := e.(*event.Lost)
	return e.Action() == event.ActionFork || lost && gap.Kind == event.ActionFork
}

// checkSequence finds that events are numbered without a hole, lost ones included.
func checkSequence(t *testing.T, events []event.Event) {
	t.Helper()
	var last uint64
	for i, e := range events {
		step := uint64(1)
		if gap, ok := e.(*event.Lost); ok {
			step = gap.Count
		}
		last += step
		if got := e.Header().Sequence; got != last && got != last-step+1 {
			t.Fatalf("event %d (%s) has number %d, want %d", i, e.Action(), got, last)
		}
	}
}

// place is where the kernel numbers events.
type place struct {
	cpu  uint32
	lane uint8
	kind event.Action
}

// window is where events are missing on a processor.
type window struct {
	count        uint64
	since, until uint64 // CLOCK_BOOTTIME
}

// checkGaps finds that the kernel's own numbers rise by one, and by the lost
// ones where the stream tells so: at the place where they are missing, and in
// a window of time in which nothing of the kind was recorded on that processor.
func checkGaps(t *testing.T, events []event.Event) {
	t.Helper()
	last, gaps := map[place]*event.Meta{}, map[place]window{}
	for i, e := range events {
		meta := e.Header()
		if gap, ok := e.(*event.Lost); ok {
			// The runs that the kernel skipped have no number.
			if gap.Cause == event.LostBufferFull {
				here := place{gap.CPU, gap.Lane, gap.Kind}
				gaps[here] = checkWindow(t, gap, last[here], gaps[here])
			}
			continue
		}
		if meta.CPUSequence == 0 {
			continue // not from a hook: a clock that was set
		}
		here := place{meta.CPU, meta.Lane, e.Action()}
		want, since := uint64(1)+gaps[here].count, uint64(0)
		if before := last[here]; before != nil {
			want, since = before.CPUSequence+want, before.Boot
		}
		if meta.CPUSequence != want {
			t.Fatalf("event %d: the kernel's number of this %s on CPU %d is %d, want %d",
				i, here.kind, here.cpu, meta.CPUSequence, want)
		}
		if meta.Boot < max(since, gaps[here].until) {
			t.Errorf("event %d: time on CPU %d runs backwards, from %d to %d",
				i, here.cpu, max(since, gaps[here].until), meta.Boot)
		}
		last[here] = meta
		delete(gaps, here)
	}
}

// checkWindow finds that a gap begins when the event before it came, or the gap before it ended.
func checkWindow(t *testing.T, gap *event.Lost, before *event.Meta, w window) window {
	t.Helper()
	switch {
	case gap.Count == 0:
		t.Errorf("a loss of nothing on CPU %d", gap.CPU)
	case gap.SinceBoot > gap.Boot, gap.SinceBoot < w.until, before != nil && gap.SinceBoot < before.Boot:
		t.Errorf("events were lost on CPU %d from %d to %d, but the time before ended at %d (%+v)",
			gap.CPU, gap.SinceBoot, gap.Boot, w.until, before)
	}
	return window{w.count + gap.Count, gap.SinceBoot, gap.Boot}
}
