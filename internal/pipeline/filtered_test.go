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

// TestUnnamed asks for ancestors that have executed what no record tells of.
func TestUnnamed(t *testing.T) {
	s := newSession(t, Options{})
	id := func(pid uint32, execs uint64) wire.ID {
		return wire.ID{PID: pid, Start: uint64(pid) * 10, ExecID: execs}
	}
	s.feed(wire.Record{Kind: wire.Snapshot, Time: 11, ID: id(1, 0), Task: wire.Task{Comm: []byte("init")}})
	fork := func(seq uint64, child, parent wire.ID) {
		s.feed(wire.Record{
			Kind: wire.Fork, Seq: seq, Time: child.Start, ID: child, Parent: parent,
			Task: wire.Task{Comm: []byte("sh"), Context: true, UID: child.PID},
		})
	}
	fork(1, id(2, 0), id(1, 0))
	fork(2, id(3, 1), id(2, 1)) // 2 has executed something before
	fork(3, id(4, 1), id(3, 1))
	for _, test := range []struct {
		name   string
		parent wire.ID
		want   []wire.Relative
	}{
		{"one that did", id(2, 1), []wire.Relative{{ID: id(2, 1), Parent: id(1, 0), UID: 2}}},
		{"one that did again", id(2, 2), []wire.Relative{{ID: id(2, 2), Parent: id(1, 0), UID: 2}}},
		{"what is below it", id(4, 1), []wire.Relative{{ID: id(2, 1), Parent: id(1, 0), UID: 2}}},
		{"and did so itself", id(4, 2), []wire.Relative{{ID: id(4, 2), Parent: id(3, 1), UID: 4}, {ID: id(2, 1), Parent: id(1, 0), UID: 2}}},
		{"one that did not", id(1, 0), nil},
		{"one of which nothing is known", id(9, 5), []wire.Relative{{ID: id(9, 5), UID: 1<<32 - 1, GID: 1<<32 - 1}}},
		{"none", wire.ID{}, nil},
	} {
		var got []wire.Relative
		for a := range s.reader.Unnamed(test.parent) {
			got = append(got, a)
		}
		if len(got) != len(test.want) {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
			continue
		}
		for i := range got {
			if got[i] != test.want[i] {
				t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
			}
		}
	}
}
