package sink

import (
	"slices"

	"github.com/exectrail/exectrail/event"
)

// missingEvents are those that an output does not tell of yet, in the order in which the first of each kind was
// lost. There are few: one for each kind, and one for each loss in the kernel by kind, cause and stream.
type missingEvents struct {
	sequence uint64 // of the first of them
	lost     []event.Lost
}

func (m *missingEvents) none() bool { return len(m.lost) == 0 }

func (m *missingEvents) count() uint64 {
	var n uint64
	for i := range m.lost {
		n += m.lost[i].Count
	}
	return n
}

// add remembers an event that is lost.
func (m *missingEvents) add(e event.Event) {
	h := e.Header()
	if m.none() {
		m.sequence = h.Sequence
	}
	x, ok := e.(*event.Lost)
	if !ok {
		x = &event.Lost{
			Meta: event.Meta{Boot: h.Boot, Time: h.Time, Host: h.Host},
			Kind: e.Action(), Cause: event.LostSlowOutput, Count: 1, Since: h.Time, SinceBoot: h.Boot,
		}
	}
	at := slices.IndexFunc(m.lost, func(y event.Lost) bool {
		return y.Kind == x.Kind && y.Cause == x.Cause && y.CPU == x.CPU && y.Lane == x.Lane
	})
	if at < 0 {
		m.lost = append(m.lost, *x)
		return
	}
	y := &m.lost[at]
	y.Count += x.Count
	y.Boot, y.Time = x.Boot, x.Time
}

// take forgets them, and returns an event for each, numbered so that there is no hole.
func (m *missingEvents) take() []event.Lost {
	lost := m.lost
	m.lost = nil
	for i := range lost {
		lost[i].Sequence = m.sequence
		m.sequence += lost[i].Count
	}
	return lost
}
