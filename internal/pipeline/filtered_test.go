package pipeline

import (
	"testing"

	"github.com/exectrail/exectrail/internal/wire"
)

// TestFiltered counts what the kernel filtered, over a takeover too.
func TestFiltered(t *testing.T) {
	s := newSession(t, everything())
	s.numbered(wire.Exec, 0, 1, 10)
	s.numbered(wire.Exec, 0, 3, 20)
	s.tally(wire.Exec, 0, 30, wire.Counter{Seen: 3, Filtered: 7, Last: 20}, 0)
	s.tally(wire.Exec, 1, 30, wire.Counter{Filtered: 5, Untracked: 2}, 0)
	want := Counts{Seen: 15, Recorded: 2, BufferFull: 1, Filtered: 12, Untracked: 2}
	if got := s.reader.Counts(wire.Exec, nil, 0); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
	now := make([]wire.Counter, 2*wire.Lanes)
	now[wire.StreamOf(0, 0)] = wire.Counter{Seen: 3, Filtered: 9}
	now[wire.StreamOf(1, 0)] = wire.Counter{Filtered: 5}
	want = Counts{Seen: 17, Recorded: 2, BufferFull: 1, Filtered: 14}
	if got := s.reader.Counts(wire.Exec, now, 0); got != want {
		t.Errorf("with later counters %+v, want %+v", got, want)
	}

	next := takeOver(t, progressOf(s), nil, 500)
	next.numbered(wire.Exec, 1, 1, 510)
	next.tally(wire.Exec, 0, 520, wire.Counter{Seen: 3, Filtered: 8, Last: 20}, 0)
	next.tally(wire.Exec, 1, 520, wire.Counter{Seen: 1, Filtered: 15, Untracked: 3, Last: 510}, 0)
	want = Counts{Seen: 12, Recorded: 1, Filtered: 11, Untracked: 1}
	if got := next.reader.Counts(wire.Exec, nil, 0); got != want {
		t.Errorf("after the takeover %+v, want %+v", got, want)
	}
}

// TestContext has forks that are recorded for what descends from them alone: they yield no event and count as filtered.
func TestContext(t *testing.T) {
	s := newSession(t, everything())
	fork := func(seq uint64, id, parent wire.ID, context bool) {
		s.feed(wire.Record{
			Kind: wire.Fork, Seq: seq, Time: id.Start, ID: id, Parent: parent,
			Task: wire.Task{Comm: []byte("sh"), Context: context},
		})
	}
	middle, last := wire.ID{PID: 2, Start: 20, ExecID: 1}, wire.ID{PID: 3, Start: 30, ExecID: 1}
	fork(1, middle, wire.ID{PID: 1, Start: 10, ExecID: 1}, true)
	fork(2, last, middle, false)
	s.want("1 fork cpu0 #2 at 30")
	want := Counts{Seen: 2, Recorded: 1, Filtered: 1}
	if got := s.reader.Counts(wire.Fork, nil, 0); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
	e := s.feed(wire.Record{Kind: wire.Exec, Seq: 1, Time: 40, ID: last, Parent: middle})[0]
	if parent := processOf(e).Parent; parent == nil || parent.Key.PID != 2 || parent.Parent == nil || parent.Parent.Key.PID != 1 {
		t.Errorf("the ancestors are not known: the parent is %+v", parent)
	}
}
