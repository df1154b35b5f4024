package main

import (
	"io"
	"os"

	"github.com/exectrail/exectrail"
)

// marksFor returns after how many events an output of a pinned session is marked. Of a file it can be seen afterwards what
// was written to it. What was being written elsewhere when exectrail was killed comes once more: so it is to be little.
func marksFor(out io.Writer) int {
	if f, ok := out.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			return 256
		}
	}
	return 1
}

// marks tells a pinned session how far its events were written. Of another session its methods do nothing.
type marks struct {
	tracer  *exectrail.Tracer
	results *results // nil unless the session is pinned
	since   int      // events since the last mark
	at      uint64   // where in the output that stands, in bytes
}

// markBytes is after how much output there is a mark at the latest, for until then it fills the queue.
const markBytes = 64 << 10

// fewEvents is how many events there are between two marks that are made for the room in the kernel's buffer.
const fewEvents = 16

func (m *marks) begin(tracer *exectrail.Tracer, r *results) {
	if r.marked > 0 {
		m.tracer, m.results = tracer, r
	}
}

// event is called after each event.
func (m *marks) event() {
	if m.results == nil {
		return
	}
	m.since++
	offered, _ := m.results.outlet.Positions()
	if m.since >= m.results.marked || offered-m.at >= markBytes || m.since >= fewEvents && m.tracer.CheckpointDue() {
		m.idle()
	}
}

// idle is called when nothing more is there to be written.
func (m *marks) idle() {
	// Not while a sink holds an event back, or the output is to be told of a loss yet.
	if m.results == nil || m.results.Holds() || m.results.Missing() > 0 {
		return
	}
	if c := m.tracer.Checkpoint(); c != nil {
		m.results.outlet.Mark(c)
		m.since = 0
		m.at, _ = m.results.outlet.Positions()
	}
}

// end is called after the last event. What the output holds back is written when it is closed.
func (m *marks) end() {
	if m.results == nil {
		return
	}
	if c := m.tracer.Checkpoint(); c != nil {
		m.results.outlet.MarkEnd(c)
	}
}
