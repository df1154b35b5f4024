package pipeline

import (
	"testing"
	"time"

	"github.com/exectrail/exectrail/internal/wire"
)

func TestClock(t *testing.T) {
	begin := time.Date(2025, time.March, 4, 5, 6, 7, 0, time.UTC)
	offset := time.Duration(begin.UnixNano())
	s := newSession(t, everything())

	s.clock(1, offset) // the first one sets the clock: it is no step
	first := s.numbered(wire.Exec, 0, 1, uint64(time.Second))
	if got := first[0].Header().Time; !got.Equal(begin.Add(time.Second)) {
		t.Errorf("the time of an event is %v", got)
	}
	s.want("1 exec cpu0 #1 at 1000000000")

	s.clock(2_000_000_000, offset+time.Hour)
	second := s.numbered(wire.Exec, 0, 2, uint64(3*time.Second))
	if got := second[0].Header().Time; !got.Equal(begin.Add(time.Hour + 3*time.Second)) {
		t.Errorf("the time after a step is %v", got)
	}
	s.clock(4_000_000_000, offset)
	s.want(
		"2 clock cpu0 1h0m0s",
		"3 exec cpu0 #2 at 3000000000",
		"4 clock cpu0 -1h0m0s",
	)
}

// TestSlew has a clock that is adjusted little by little: times follow, without an event.
func TestSlew(t *testing.T) {
	s := newSession(t, everything())
	offset := 1000 * time.Hour
	s.clock(0, offset)
	for i := range 100 {
		offset += 9 * time.Millisecond
		s.clock(uint64(i), offset)
	}
	s.clock(100, offset+minStep-1)
	e := s.numbered(wire.Exec, 0, 1, 200)[0]
	if got, want := e.Header().Time, time.Unix(0, 200+int64(offset+minStep-1)); !got.Equal(want) {
		t.Errorf("the time is %v, want %v", got, want)
	}
	s.clock(300, offset-1)
	s.want("1 exec cpu0 #1 at 200", "2 clock cpu0 -10ms")
}

// TestLostTimes has a gap in a session whose clock is set: its window is told by the wall clock, too.
func TestLostTimes(t *testing.T) {
	s := newSession(t, everything())
	s.clock(0, time.Hour)
	s.numbered(wire.Exec, 0, 1, 100)
	s.numbered(wire.Exec, 0, 3, 300)
	gap := s.events[1]
	if got, want := gap.Header().Time, time.Unix(3600, 300); !got.Equal(want) {
		t.Errorf("its end is %v, want %v", got, want)
	}
	if got, want := lostSince(gap), time.Unix(3600, 100); !got.Equal(want) {
		t.Errorf("its beginning is %v, want %v", got, want)
	}
}

// TestStarted finds that the table knows the clock.
func TestStarted(t *testing.T) {
	s := newSession(t, everything())
	s.clock(0, time.Hour)
	e := s.feed(wire.Record{Kind: wire.Exec, Seq: 1, Time: 100, ID: wire.ID{PID: 5, Start: 7, ExecID: 1}})[0]
	if got, want := processOf(e).Started, time.Unix(3600, 7); !got.Equal(want) {
		t.Errorf("started at %v, want %v", got, want)
	}
}
