package pipeline

import (
	"testing"

	"github.com/exectrail/exectrail/internal/wire"
)

func everything() Options { return Options{Failed: true, Exits: true, Forks: true} }

func TestNothingLost(t *testing.T) {
	s := newSession(t, everything())
	s.numbered(wire.Fork, 0, 1, 10)
	s.numbered(wire.Exec, 0, 1, 20)
	s.numbered(wire.Exec, 1, 1, 30)
	s.numbered(wire.Exit, 1, 1, 40)
	s.numbered(wire.Exec, 0, 2, 50)
	s.tally(wire.Exec, 0, 60, wire.Counter{Seen: 2, Last: 50}, 0)
	s.tally(wire.Exec, 1, 60, wire.Counter{Seen: 1, Last: 30}, 0)
	s.want(
		"1 fork cpu0 #1 at 10",
		"2 exec cpu0 #1 at 20",
		"3 exec cpu1 #1 at 30",
		"4 exit cpu1 #1 at 40",
		"5 exec cpu0 #2 at 50",
	)
}

func TestGapAtTheStart(t *testing.T) {
	s := newSession(t, everything())
	s.numbered(wire.Exec, 0, 4, 100)
	s.numbered(wire.Exec, 0, 5, 110)
	s.want(
		"1 lost cpu0 3 exec buffer-full in 0..100",
		"4 exec cpu0 #4 at 100",
		"5 exec cpu0 #5 at 110",
	)
}

func TestGapInTheMiddle(t *testing.T) {
	s := newSession(t, everything())
	s.numbered(wire.Exec, 0, 1, 100)
	s.numbered(wire.Exec, 0, 3, 120)
	s.numbered(wire.Exec, 0, 104, 150)
	s.want(
		"1 exec cpu0 #1 at 100",
		"2 lost cpu0 1 exec buffer-full in 100..120",
		"3 exec cpu0 #3 at 120",
		"4 lost cpu0 100 exec buffer-full in 120..150",
		"104 exec cpu0 #104 at 150",
	)
}

// TestGapsApart has gaps on several processors and of several kinds: none has to do with the others.
func TestGapsApart(t *testing.T) {
	s := newSession(t, everything())
	s.numbered(wire.Exec, 0, 1, 100)
	s.numbered(wire.Exec, 7, 2, 110)
	s.numbered(wire.Fork, 0, 3, 120)
	s.numbered(wire.Exit, 0, 2, 130)
	s.numbered(wire.Exec, 0, 2, 140)
	s.numbered(wire.Exec, 7, 4, 150)
	s.want(
		"1 exec cpu0 #1 at 100",
		"2 lost cpu7 1 exec buffer-full in 0..110",
		"3 exec cpu7 #2 at 110",
		"4 lost cpu0 2 fork buffer-full in 0..120",
		"6 fork cpu0 #3 at 120",
		"7 lost cpu0 1 exit buffer-full in 0..130",
		"8 exit cpu0 #2 at 130",
		"9 exec cpu0 #2 at 140",
		"10 lost cpu7 1 exec buffer-full in 110..150",
		"11 exec cpu7 #4 at 150",
	)
}

// TestTail has a loss with no record after it: the tally tells.
func TestTail(t *testing.T) {
	s := newSession(t, everything())
	s.numbered(wire.Exec, 0, 1, 100)
	s.tally(wire.Exec, 0, 200, wire.Counter{Seen: 4, Lost: 3, Last: 170}, 0)
	s.tally(wire.Exec, 1, 200, wire.Counter{Seen: 2, Lost: 2, Last: 180}, 0)
	s.want(
		"1 exec cpu0 #1 at 100",
		"2 lost cpu0 3 exec buffer-full in 100..170",
		"5 lost cpu1 2 exec buffer-full in 0..180",
	)
	// What was told is not told again, by a tally or by the next record.
	s.tally(wire.Exec, 0, 300, wire.Counter{Seen: 4, Lost: 3, Last: 170}, 0)
	s.numbered(wire.Exec, 0, 5, 310)
	s.numbered(wire.Exec, 1, 4, 320)
	s.want(
		"7 exec cpu0 #5 at 310",
		"8 lost cpu1 1 exec buffer-full in 180..320",
		"9 exec cpu1 #4 at 320",
	)
}

// TestEarlyTally has a tally that was taken before the last records.
func TestEarlyTally(t *testing.T) {
	s := newSession(t, everything())
	s.numbered(wire.Exec, 0, 1, 100)
	s.numbered(wire.Exec, 0, 2, 110)
	s.tally(wire.Exec, 0, 200, wire.Counter{Seen: 1, Last: 100}, 0)
	s.numbered(wire.Exec, 0, 3, 210)
	s.want("1 exec cpu0 #1 at 100", "2 exec cpu0 #2 at 110", "3 exec cpu0 #3 at 210")
}

// TestSkipped has a recording that could not be written fast enough: the first that are missing
// in a stream after that were skipped, those later were lost in the kernel.
func TestSkipped(t *testing.T) {
	s := newSession(t, everything())
	s.numbered(wire.Exec, 0, 1, 100)
	s.numbered(wire.Exec, 0, 3, 110)
	s.numbered(wire.Exec, 1, 1, 120)
	s.feed(wire.Record{Kind: wire.Skipped, Time: 200, Skip: wire.Skip{Since: 130, Records: 5}})
	s.numbered(wire.Exec, 0, 6, 210)
	s.numbered(wire.Exec, 0, 8, 220)
	s.numbered(wire.Exec, 1, 2, 230)
	s.numbered(wire.Exec, 1, 4, 240)
	s.tally(wire.Fork, 0, 250, wire.Counter{Seen: 3, Last: 190}, 0)
	s.tally(wire.Fork, 0, 260, wire.Counter{Seen: 4, Last: 255}, 0)
	s.want(
		"1 exec cpu0 #1 at 100",
		"2 lost cpu0 1 exec buffer-full in 100..110",
		"3 exec cpu0 #3 at 110",
		"4 exec cpu1 #1 at 120",
		"5 lost cpu0 2 exec slow-output in 110..210",
		"7 exec cpu0 #6 at 210",
		"8 lost cpu0 1 exec buffer-full in 210..220",
		"9 exec cpu0 #8 at 220",
		"10 exec cpu1 #2 at 230",
		"11 lost cpu1 1 exec buffer-full in 230..240",
		"12 exec cpu1 #4 at 240",
		"13 lost cpu0 3 fork slow-output in 0..190",
		"16 lost cpu0 1 fork buffer-full in 190..255",
	)
	if c := s.reader.Counts(wire.Exec, nil, 0); c.SlowOutput != 2 || c.BufferFull != 3 || c.Seen != c.Recorded+5 {
		t.Errorf("the account of execs is %+v", c)
	}
	if n := s.reader.Lost(wire.Fork); n != 4 {
		t.Errorf("%d forks are lost, want 4", n)
	}
}

func TestRecursion(t *testing.T) {
	s := newSession(t, everything())
	s.numbered(wire.Exec, 0, 1, 100)
	s.tally(wire.Exec, 0, 200, wire.Counter{Seen: 1, Last: 100}, 0)
	s.tally(wire.Exec, 0, 300, wire.Counter{Seen: 1, Last: 100}, 2)
	// The number is of all processors together, so it comes with each of them.
	s.tally(wire.Exec, 1, 300, wire.Counter{}, 2)
	s.tally(wire.Exit, 0, 400, wire.Counter{}, 1)
	s.tally(wire.Exec, 0, 500, wire.Counter{Seen: 3, Last: 450}, 5)
	s.want(
		"1 exec cpu0 #1 at 100",
		"2 lost cpu0 2 exec recursion in 200..300",
		"4 lost cpu0 1 exit recursion in 0..400",
		"5 lost cpu0 2 exec buffer-full in 100..450",
		"7 lost cpu0 3 exec recursion in 300..500",
	)
	for kind, want := range map[wire.Kind]Counts{
		wire.Exec: {Seen: 8, Recorded: 1, BufferFull: 2, Recursion: 5},
		wire.Fork: {},
		wire.Exit: {Seen: 1, Recursion: 1},
	} {
		if got := s.reader.Counts(kind, nil, 0); got != want {
			t.Errorf("kind %d: got %+v, want %+v", kind, got, want)
		}
		if s.reader.Missed(kind) != want.Recursion || s.reader.Lost(kind) != want.Recursion+want.BufferFull {
			t.Errorf("kind %d: got %d missed, %d lost", kind, s.reader.Missed(kind), s.reader.Lost(kind))
		}
	}
}

// TestNotWanted has events that are not delivered: they take no number, but their loss does.
func TestNotWanted(t *testing.T) {
	s := newSession(t, Options{})
	s.numbered(wire.Fork, 0, 1, 10)
	s.numbered(wire.Exec, 0, 1, 20)
	s.numbered(wire.Exit, 0, 1, 30)
	s.numbered(wire.Fork, 0, 4, 40)
	s.numbered(wire.Exec, 0, 2, 50)
	s.want(
		"1 exec cpu0 #1 at 20",
		"2 lost cpu0 2 fork buffer-full in 10..40",
		"4 exec cpu0 #2 at 50",
	)
	if c := s.reader.Counts(wire.Exit, nil, 0); c.Recorded != 1 || c.Seen != 1 {
		t.Errorf("exits: got %+v", c)
	}
}

// TestLanes has two programs that write records of one kind on one processor: each has its numbers.
func TestLanes(t *testing.T) {
	s := newSession(t, everything())
	inLane := func(lane int, seq, time uint64) {
		s.feed(wire.Record{Kind: wire.Exec, CPU: 1, Stream: wire.StreamOf(1, lane), Seq: seq, Time: time, ID: wire.ID{PID: 1, Start: 1}})
	}
	inLane(0, 1, 10)
	inLane(1, 1, 20)
	inLane(0, 2, 30)
	inLane(1, 3, 40)
	s.want(
		"1 exec cpu1 #1 at 10",
		"2 exec cpu1 #1 at 20",
		"3 exec cpu1 #2 at 30",
		"4 lost cpu1 1 exec buffer-full in 20..40",
		"5 exec cpu1 #3 at 40",
	)
}

// TestLate has a record that comes after a tally that told of it as lost.
func TestLate(t *testing.T) {
	s := newSession(t, everything())
	s.numbered(wire.Exec, 0, 1, 10)
	s.tally(wire.Exec, 0, 20, wire.Counter{Seen: 2, Last: 15}, 0)
	s.numbered(wire.Exec, 0, 2, 15)
	s.numbered(wire.Exec, 0, 3, 30)
	s.want(
		"1 exec cpu0 #1 at 10",
		"2 lost cpu0 1 exec buffer-full in 10..15",
		"3 exec cpu0 #2 at 15",
		"4 exec cpu0 #3 at 30",
	)
	if got, want := s.reader.Counts(wire.Exec, nil, 0), (Counts{Seen: 3, Recorded: 3}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestCounts(t *testing.T) {
	s := newSession(t, everything())
	s.numbered(wire.Exec, 0, 1, 10)
	s.numbered(wire.Exec, 1, 3, 20)
	if got, want := s.reader.Counts(wire.Exec, nil, 0), (Counts{Seen: 4, Recorded: 2, BufferFull: 2}); got != want {
		t.Errorf("from the records: got %+v, want %+v", got, want)
	}
	// The kernel is ahead.
	now := make([]wire.Counter, 3*wire.Lanes)
	now[wire.StreamOf(0, 0)] = wire.Counter{Seen: 2, ShortReads: 1}
	now[wire.StreamOf(1, 0)] = wire.Counter{Seen: 5, ChunksLost: 4}
	now[wire.StreamOf(2, 1)] = wire.Counter{Seen: 1}
	want := Counts{Seen: 8 + 6, Recorded: 2, BufferFull: 2, ShortReads: 1, ChunksLost: 4}
	if got := s.reader.Counts(wire.Exec, now, 6); got != want {
		t.Errorf("with the kernel's: got %+v, want %+v", got, want)
	}
	for stream, accounted := range map[wire.Stream]uint64{
		wire.StreamOf(0, 0): 1, wire.StreamOf(1, 0): 3, wire.StreamOf(2, 1): 0,
	} {
		if !s.reader.Behind(wire.Exec, stream, now[stream]) {
			t.Errorf("stream %d: not behind %+v", stream, now[stream])
		}
		if s.reader.Behind(wire.Exec, stream, wire.Counter{Seen: accounted}) {
			t.Errorf("stream %d: behind what is accounted for", stream)
		}
	}
	// A recording has no more than its tallies.
	s.tally(wire.Exec, 0, 30, wire.Counter{Seen: 1, ShortReads: 7}, 0)
	s.tally(wire.Exec, 1, 30, wire.Counter{Seen: 3, ChunksLost: 8}, 0)
	want = Counts{Seen: 4, Recorded: 2, BufferFull: 2, ShortReads: 7, ChunksLost: 8}
	if got := s.reader.Counts(wire.Exec, nil, 0); got != want {
		t.Errorf("from the tallies: got %+v, want %+v", got, want)
	}
}
