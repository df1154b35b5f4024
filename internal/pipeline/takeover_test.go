package pipeline

import (
	"math/rand/v2"
	"testing"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/wire"
)

// takeOver returns a session of a reader that goes on after an earlier one.
func takeOver(t *testing.T, p *wire.Progress, read *wire.Progress, now uint64) *session {
	t.Helper()
	s := newSession(t, everything())
	records := p.AppendBegin(nil, now)
	if read != nil {
		records = p.AppendRestart(records, read, now)
	}
	for _, record := range records {
		if _, err := s.reader.Decode(record); err != nil {
			t.Fatal(err)
		}
		for _, e := range s.reader.Handle(nil) {
			s.events = append(s.events, e.Clone())
		}
	}
	return s
}

func progressOf(s *session) *wire.Progress {
	var p wire.Progress
	s.reader.Progress(&p)
	return &p
}

func TestTakeover(t *testing.T) {
	first := newSession(t, everything())
	first.numbered(wire.Exec, 0, 1, 100)
	first.numbered(wire.Fork, 0, 1, 105)
	first.numbered(wire.Exec, 0, 2, 110)
	first.tally(wire.Exec, 0, 115, wire.Counter{Seen: 2, ShortReads: 3, Last: 110}, 1)
	delivered := progressOf(first)
	first.numbered(wire.Exec, 0, 3, 120) // what is not delivered comes again

	s := takeOver(t, delivered, nil, 500)
	s.numbered(wire.Exec, 0, 2, 110) // its room was not given back yet
	s.numbered(wire.Exec, 0, 3, 120)
	s.numbered(wire.Exec, 0, 6, 150)
	s.numbered(wire.Fork, 0, 2, 160)
	s.tally(wire.Exec, 0, 600, wire.Counter{Seen: 7, ShortReads: 5, Last: 170}, 3)
	s.want(
		"5 exec cpu0 #3 at 120",
		"6 lost cpu0 2 exec buffer-full in 120..150",
		"8 exec cpu0 #6 at 150",
		"9 fork cpu0 #2 at 160",
		"10 lost cpu0 1 exec buffer-full in 150..170",
		"11 lost cpu0 2 exec recursion in 115..600",
	)
	want := Counts{Seen: 7, Recorded: 2, BufferFull: 3, Recursion: 2, ShortReads: 2}
	if got := s.reader.Counts(wire.Exec, nil, 0); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

// TestLostWithItsReader has a reader that gave room back before it delivered.
func TestLostWithItsReader(t *testing.T) {
	first := newSession(t, everything())
	first.numbered(wire.Exec, 0, 1, 100)
	delivered := progressOf(first)
	first.numbered(wire.Exec, 0, 2, 110)
	first.numbered(wire.Exec, 0, 3, 120)
	first.numbered(wire.Exit, 1, 1, 130)
	read := progressOf(first)

	s := takeOver(t, delivered, read, 500)
	s.numbered(wire.Exec, 0, 4, 140)
	s.want(
		"2 lost cpu0 2 exec restart in 100..120",
		"4 lost cpu1 1 exit restart in 0..130",
		"5 exec cpu0 #4 at 140",
	)
	if got, want := s.reader.Counts(wire.Exec, nil, 0), (Counts{Seen: 3, Recorded: 1, Restart: 2}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
	if got := s.reader.Lost(wire.Exit); got != 1 {
		t.Errorf("%d exits are lost, want 1", got)
	}
	// Of what was delivered after all, nothing is lost.
	s = takeOver(t, read, delivered, 500)
	s.want()
}

// TestClockOverATakeover has the clock set while nobody reads.
func TestClockOverATakeover(t *testing.T) {
	first := newSession(t, everything())
	first.clock(1, 1000)
	first.numbered(wire.Exec, 0, 1, 100)
	s := takeOver(t, progressOf(first), nil, 500)
	s.clock(510, 1000+5e9)
	s.want("2 clock cpu0 5s")
}

// TestManyTakeovers lets a model of the kernel lose events at random, and its readers die: together they
// tell what one reader would.
func TestManyTakeovers(t *testing.T) {
	for seed := range uint64(30) {
		k := &kernel{random: rand.New(rand.NewPCG(seed, 1))}
		var ring []wire.Record
		s := newSession(t, everything())
		delivered := progressOf(s)
		released, read := 0, 0
		var events []event.Event
		checkpoint := func() {
			events = append(events, s.events...)
			s.events = nil
			delivered.CopyFrom(progressOf(s))
			if k.random.IntN(2) == 0 {
				released = read
			}
		}
		for range 500 {
			if r, ok := k.run(); ok {
				ring = append(ring, r)
			}
			if read < len(ring) && k.random.IntN(2) == 0 {
				s.feed(ring[read])
				read++
			}
			switch k.random.IntN(20) {
			case 0:
				checkpoint()
			case 1: // killed
				s = takeOver(t, delivered, nil, k.time)
				read = released
			}
		}
		for ; read < len(ring); read++ {
			s.feed(ring[read])
		}
		k.tally(s)
		checkpoint()

		next, recorded := uint64(1), 0
		for _, e := range events {
			if got := e.Header().Sequence; got != next {
				t.Fatalf("seed %d: %s has number %d, want %d", seed, line(e), got, next)
			}
			next++
			if l, ok := e.(*event.Lost); ok {
				next += l.Count - 1
			} else {
				recorded++
			}
		}
		if recorded != len(ring) {
			t.Errorf("seed %d: %d events were told, want %d", seed, recorded, len(ring))
		}
		var seen uint64
		for kind := range wire.Counted {
			seen += k.missed[kind]
			for _, c := range k.counters[kind] {
				seen += c.Seen
			}
		}
		if next-1 != seen {
			t.Errorf("seed %d: %d events are accounted for, want %d", seed, next-1, seen)
		}
	}
}
