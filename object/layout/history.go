package layout

import "slices"

// history keeps how a difference of two clocks changed, by the time of one of them.
type history struct {
	spans []span
	last  int64 // time of the last sample
}

// span is a time of one difference, up to the next span.
type span struct {
	from  int64
	value int64
}

const (
	// tolerance is how many nanoseconds a difference may move unnoticed: what reading several clocks takes,
	// and the slewing that keeps the wall clock right.
	tolerance = 100_000
	// maxSpans bounds the history. A clock that is slewed as fast as Linux does it, by half a
	// millisecond a second, fills it in a quarter of an hour; suspends and steps never do.
	maxSpans = 4096
)

func (h *history) empty() bool { return len(h.spans) == 0 }

// add notes the difference at a time that is not before that of the last one.
func (h *history) add(at, value int64) {
	if h.empty() {
		h.spans = append(h.spans, span{at, value})
		h.last = at
		return
	}
	moved := value - h.spans[len(h.spans)-1].value
	if moved >= tolerance || moved <= -tolerance {
		if len(h.spans) == maxSpans {
			h.spans = slices.Delete(h.spans, 0, maxSpans/2)
		}
		h.spans = append(h.spans, span{h.last + (at-h.last)/2, value})
	}
	h.last = at
}

// at returns the difference at a time. What was before the first sample is not known: that of the first one stands for it.
func (h *history) at(when int64) int64 {
	i, found := slices.BinarySearchFunc(h.spans, when, func(s span, when int64) int {
		switch {
		case s.from < when:
			return -1
		case s.from > when:
			return 1
		}
		return 0
	})
	if !found {
		i--
	}
	return h.spans[max(i, 0)].value
}
