package layout

import (
	"testing"
	"time"
)

// machine makes samples of a machine whose clocks run, and on which something happens.
type machine struct {
	t     *testing.T
	clock Clock
	now   Sample
}

func newMachine(t *testing.T) *machine {
	wall := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).UnixNano()
	m := &machine{t: t, now: Sample{Boottime: int64(time.Hour), Monotonic: int64(time.Hour), Realtime: wall, TAI: wall + 37e9}}
	m.clock.Add(m.now)
	return m
}

// run lets time go by, with a sample every 100 ms.
func (m *machine) run(d time.Duration) {
	for ; d > 0; d -= 100 * time.Millisecond {
		m.pass(100 * time.Millisecond)
		m.clock.Add(m.now)
	}
}

func (m *machine) pass(d time.Duration) {
	m.now.Monotonic += int64(d)
	m.suspend(d)
}

func (m *machine) suspend(d time.Duration) {
	m.now.Boottime += int64(d)
	m.step(d)
}

func (m *machine) step(d time.Duration) {
	m.now.Realtime += int64(d)
	m.now.TAI += int64(d)
}

// check converts the stamps that a program had taken at a moment.
func (m *machine) check(what string, at Sample) {
	m.t.Helper()
	for source, stamp := range map[Source]int64{Boottime: at.Boottime, Monotonic: at.Monotonic, TAI: at.TAI} {
		got, ok := m.clock.Wall(source, uint64(stamp))
		if want := time.Unix(0, at.Realtime); !ok || got.Sub(want).Abs() >= tolerance {
			m.t.Errorf("%s: a stamp of %s is shown as %v, want %v", what, source, got, want)
		}
	}
}

func TestClockAcrossSuspends(t *testing.T) {
	m := newMachine(t)
	m.run(time.Second)
	before := m.now
	m.run(time.Second)
	m.suspend(8 * time.Hour)
	m.run(time.Second)
	between := m.now
	m.run(time.Second)
	m.suspend(time.Minute)
	m.run(10 * time.Second)

	m.check("before the suspends", before)
	m.check("between them", between)
	m.check("after them", m.now)
	m.pass(30 * time.Second)
	m.check("after the last sample", m.now)
}

func TestClockAcrossSteps(t *testing.T) {
	m := newMachine(t)
	m.run(time.Second)
	before := m.now
	m.run(time.Second)
	m.step(-time.Hour) // TAI moves along
	m.run(time.Second)
	between := m.now
	m.run(time.Second)
	m.suspend(time.Minute)
	m.step(time.Millisecond)
	m.run(time.Second)

	// A time of TAI that comes twice may be either; the others do not come twice.
	for what, at := range map[string]Sample{"before the steps": before, "between them": between, "after them": m.now} {
		for source, stamp := range map[Source]int64{Boottime: at.Boottime, Monotonic: at.Monotonic} {
			if got, _ := m.clock.Wall(source, uint64(stamp)); got.UnixNano() != at.Realtime {
				t.Errorf("%s: a stamp of %s is shown as %v, want %v", what, source, got, time.Unix(0, at.Realtime))
			}
		}
	}
}

// TestClockSlewed has a wall clock that is adjusted little by little: what was before stays.
func TestClockSlewed(t *testing.T) {
	m := newMachine(t)
	start := m.now
	for range 5_000 {
		m.step(50 * time.Microsecond)
		m.run(100 * time.Millisecond)
	}
	m.check("at the start", start)
	m.check("at the end", m.now)
}

func TestClockBounded(t *testing.T) {
	m := newMachine(t)
	for range 10 * maxSpans {
		m.suspend(time.Second)
		m.run(100 * time.Millisecond)
	}
	if n := len(m.clock.suspended.spans); n > maxSpans {
		t.Errorf("keeps %d changes, want at most %d", n, maxSpans)
	}
	m.check("at the end", m.now)
}

func TestClockWithoutSample(t *testing.T) {
	if at, ok := new(Clock).Wall(Boottime, 1); ok {
		t.Errorf("a clock that was never set tells %v", at)
	}
}

func TestParseSource(t *testing.T) {
	if s, err := ParseSource("monotonic"); s != Monotonic || err != nil {
		t.Errorf("monotonic: %q, %v", s, err)
	}
	if _, err := ParseSource("wall"); err == nil {
		t.Error("wall is no clock of programs")
	}
}
