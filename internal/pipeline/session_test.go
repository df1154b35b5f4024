package pipeline

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/wire"
)

// session feeds a reader with decoded records.
type session struct {
	t      *testing.T
	reader *Reader
	events []event.Event
}

func newSession(t *testing.T, o Options) *session {
	t.Helper()
	if o.Host == nil {
		o.Host = &event.Host{Name: "test", BootID: "boot"}
	}
	return &session{t: t, reader: NewReader(o)}
}

// feed handles a record and returns what came of it.
func (s *session) feed(r wire.Record) []event.Event {
	s.t.Helper()
	s.reader.record = r
	events := s.reader.Handle(nil)
	for i, e := range events {
		if e.Header().Host != s.reader.options.Host {
			s.t.Errorf("event %d of %d (%s) is of no host", i, len(events), e.Action())
		}
		s.events = append(s.events, e.Clone())
	}
	return events
}

// numbered handles a record of which only the number and the time matter.
func (s *session) numbered(kind wire.Kind, cpu uint32, seq, time uint64) []event.Event {
	s.t.Helper()
	pid := uint32(1000 + seq)
	return s.feed(wire.Record{Kind: kind, CPU: cpu, Stream: wire.StreamOf(cpu, 0), Seq: seq, Time: time, ID: wire.ID{PID: pid, Start: 1, ExecID: 1}})
}

func (s *session) tally(hook wire.Kind, cpu uint32, time uint64, c wire.Counter, missed uint64) []event.Event {
	s.t.Helper()
	return s.tallyOf(hook, wire.StreamOf(cpu, 0), time, c, missed)
}

func (s *session) tallyOf(hook wire.Kind, stream wire.Stream, time uint64, c wire.Counter, missed uint64) []event.Event {
	s.t.Helper()
	return s.feed(wire.Record{
		Kind: wire.Tally, CPU: stream.CPU(), Stream: stream, Time: time,
		Tally: wire.Count{Hook: hook, Counter: c, Missed: missed},
	})
}

// want compares the stream, one line an event, with what it was to be. It begins anew after that.
func (s *session) want(lines ...string) {
	s.t.Helper()
	var got []string
	for _, e := range s.events {
		got = append(got, line(e))
	}
	s.events = nil
	if a, b := strings.Join(got, "\n"), strings.Join(lines, "\n"); a != b {
		s.t.Errorf("got\n%s\nwant\n%s", a, b)
	}
}

// line tells of an event what is about its place in the stream.
func line(e event.Event) string {
	m := e.Header()
	text := fmt.Sprintf("%d %s cpu%d", m.Sequence, e.Action(), m.CPU)
	switch e := e.(type) {
	case *event.Lost:
		return fmt.Sprintf("%s %d %s %s in %d..%d", text, e.Count, e.Kind, e.Cause, e.SinceBoot, m.Boot)
	case *event.Clock:
		return fmt.Sprintf("%s %v", text, e.Step)
	}
	return fmt.Sprintf("%s #%d at %d", text, m.CPUSequence, m.Boot)
}

func (s *session) clock(time uint64, offset time.Duration) []event.Event {
	s.t.Helper()
	return s.feed(wire.Record{Kind: wire.Clock, Time: time, Offset: int64(offset)})
}
