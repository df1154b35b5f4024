package e2e

import (
	"bytes"
	"strings"
	"testing"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/filter/term"
)

// TestTermsPinned takes over a session with terms: they hold on while nobody reads, each event that was filtered is
// counted by one of the tracers, and a tracer with other terms is refused.
func TestTermsPinned(t *testing.T) {
	exectrailBinary(t) // for its checks of the machine
	mountPrivately(t)
	name := uniquePin(t)
	options := []exectrail.Option{
		exectrail.WithTerms(term.Terms{UID: exactly(privateUID)}), exectrail.WithForks(), exectrail.WithExits(),
	}
	around := record(t, exectrail.WithForks(), exectrail.WithExits())
	first := openPinned(t, name, options...)
	spawn := func(gateName string, uid uint32) []spawned {
		return newGate(t, gateName, trigger(t, "nothing"), as(uid, 0)).run(t)
	}
	list := spawn("first", privateUID)
	spawn("stranger", privateUID+1)
	events := drain(t, first, nil)
	must(t, first.Checkpoint().Done())
	stats := first.Stats()
	checkBooks(t, events, stats)
	must(t, first.Close())

	list = append(list, spawn("second", privateUID)...)
	spawn("stranger", privateUID+1)
	_, err := exectrail.Open(t.Context(), exectrail.WithPin(name))
	if h, ok := err.(interface{ Hint() string }); !ok || !strings.Contains(err.Error(), "filter") || !strings.Contains(h.Hint(), name) {
		t.Errorf("without the terms: %v", err)
	}
	second := openPinned(t, name, options...)
	events = append(events, drain(t, second, nil)...)
	found := markers(t, events)
	for _, s := range list {
		if e := found[s.marker]; e == nil || e.PID != s.pid {
			t.Errorf("the exec of %s, process %d, did not come", s.marker, s.pid)
		}
	}
	if len(found) != len(list) {
		t.Errorf("%d execs of the spawners came, want %d", len(found), len(list))
	}
	for _, e := range of[*event.Exec](events) {
		if e.UID != privateUID {
			t.Errorf("an exec of user %d came", e.UID)
		}
	}
	after := second.Stats()
	around.stop(t)
	for kind, c := range map[string][3]exectrail.Counts{
		"execs": {stats.Execs, after.Execs, around.stats.Execs},
		"forks": {stats.Forks, after.Forks, around.stats.Forks},
		"exits": {stats.Exits, after.Exits, around.stats.Exits},
	} {
		n, most := c[0].Filtered+c[1].Filtered, c[2].Seen
		if !c[1].Balanced() || n < uint64(2*termExecs) || n > most {
			t.Errorf("%s: %+v and then %+v, of %d", kind, c[0], c[1], most)
		}
	}
}

// TestTermsReplay finds that a recording tells the same of what was filtered as its session.
func TestTermsReplay(t *testing.T) {
	var raw bytes.Buffer
	r := record(t, exectrail.WithTerms(term.Terms{UID: exactly(privateUID)}), exectrail.WithForks(), exectrail.WithExits(), exectrail.WithRawCopy(&raw))
	newGate(t, "stranger", trigger(t, "nothing"), nil).run(t)
	newGate(t, "wanted", trigger(t, "nothing"), as(privateUID, 0)).run(t)
	events := r.stop(t)
	replayed, err := exectrail.OpenRecording(&raw, exectrail.WithForks(), exectrail.WithExits())
	must(t, err)
	defer replayed.Close()
	var again []event.Event
	for e, err := range replayed.Events(t.Context()) {
		must(t, err)
		again = append(again, e.Clone())
	}
	if len(again) != len(events) || len(again) < 3*termExecs {
		t.Fatalf("%d events, and %d in the recording", len(events), len(again))
	}
	for i, e := range events {
		if a, b := jsonOf(e), jsonOf(again[i]); a != b {
			t.Fatalf("event %d is\n%s\nand in the recording\n%s", i, a, b)
		}
	}
	stats := replayed.Stats()
	if stats.Execs != r.stats.Execs || stats.Forks != r.stats.Forks || stats.Exits != r.stats.Exits || stats.Execs.Filtered < uint64(termExecs) {
		t.Errorf("the counts are\n%+v, %+v, %+v, and of the recording\n%+v, %+v, %+v",
			r.stats.Execs, r.stats.Forks, r.stats.Exits, stats.Execs, stats.Forks, stats.Exits)
	}
}
