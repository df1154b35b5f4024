package pipeline

import (
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/wire"
)

// accounts tells from the numbers of the records which are missing.
type accounts struct {
	hooks [wire.Counted]hookAccount
	skips uint64 // how often records were skipped, in a recording
}

type hookAccount struct {
	streams  []streamAccount
	recorded uint64
	degraded uint64 // of those recorded, without some of their parts
	full     uint64 // lost for want of room
	slow     uint64 // skipped in a recording
	missed   uint64 // runs that the kernel skipped
	missedAt uint64 // when missed was last looked at
}

type streamAccount struct {
	seq     uint64 // the last number accounted for
	skips   uint64 // of accounts, at the last record
	time    uint64 // of the last record
	counter wire.Counter
}

// A gap is a run of events that are missing.
type gap struct {
	kind         wire.Kind
	cause        event.LostCause
	stream       wire.Stream
	count        uint64
	since, until uint64 // CLOCK_BOOTTIME, ns
}

func (h *hookAccount) stream(s wire.Stream) *streamAccount {
	if int(s) >= len(h.streams) {
		h.streams = append(h.streams, make([]streamAccount, int(s)+1-len(h.streams))...)
	}
	return &h.streams[s]
}

// record accounts for a record, and returns the gap before it if there is one.
func (a *accounts) record(x *wire.Record) (gap, bool) {
	h := &a.hooks[x.Kind]
	c := h.stream(x.Stream)
	h.recorded++
	before := *c
	c.seq, c.time, c.skips = max(c.seq, x.Seq), x.Time, a.skips
	if x.Seq <= before.seq {
		// A tally told that it was lost, and it was late.
		if h.full > 0 {
			h.full--
		} else {
			h.slow -= min(h.slow, 1)
		}
		return gap{}, false
	}
	if x.Seq == before.seq+1 {
		return gap{}, false
	}
	lost := x.Seq - before.seq - 1
	return gap{x.Kind, h.lose(lost, before.skips < a.skips), x.Stream, lost, before.time, x.Time}, true
}

// lose counts events of which the numbers are missing, and returns why: the first ones that are missing
// in a stream after records were skipped are taken to be among these.
func (h *hookAccount) lose(n uint64, skipped bool) event.LostCause {
	if skipped {
		h.slow += n
		return event.LostSlowOutput
	}
	h.full += n
	return event.LostBufferFull
}

// degraded counts an exec of which parts were left out.
func (a *accounts) degraded(kind wire.Kind, e *event.Attempt) {
	if e.Degraded != 0 {
		a.hooks[kind].degraded++
	}
}

// tally accounts for what the kernel has counted, and returns what is missing at the end.
func (a *accounts) tally(x *wire.Record) []gap {
	var gaps []gap
	t := &x.Tally
	h := &a.hooks[t.Hook]
	c := h.stream(x.Stream)
	c.counter = t.Counter
	if t.Counter.Seen > c.seq {
		lost := t.Counter.Seen - c.seq
		cause := h.lose(lost, c.skips < a.skips)
		gaps = append(gaps, gap{t.Hook, cause, x.Stream, lost, c.time, max(t.Counter.Last, c.time)})
		c.seq, c.time, c.skips = t.Counter.Seen, max(t.Counter.Last, c.time), a.skips
	}
	if t.Missed > h.missed {
		gaps = append(gaps, gap{t.Hook, event.LostRecursion, x.Stream, t.Missed - h.missed, h.missedAt, x.Time})
		h.missed = t.Missed
	}
	h.missedAt = x.Time
	return gaps
}

// Counts is the account of one kind of event.
type Counts struct {
	Seen, Recorded, BufferFull, Recursion uint64
	SlowOutput                            uint64
	Degraded                              uint64 // of those recorded
	ShortReads, ChunksLost                uint64
}

// Counts returns the account of a kind. counters, by stream, and missed are what
// the kernel has counted since the last tally; nil and 0 when nothing can have come since.
func (r *Reader) Counts(kind wire.Kind, counters []wire.Counter, missed uint64) Counts {
	h := &r.accounts.hooks[kind]
	c := Counts{Recorded: h.recorded, Degraded: h.degraded, BufferFull: h.full, SlowOutput: h.slow, Recursion: h.missed, Seen: max(missed, h.missed)}
	for i := range max(len(counters), len(h.streams)) {
		var counter wire.Counter
		if i < len(h.streams) {
			counter = h.streams[i].counter
			counter.Seen = max(counter.Seen, h.streams[i].seq)
		}
		if i < len(counters) {
			counter = counters[i]
		}
		c.Seen += counter.Seen
		c.ShortReads += counter.ShortReads
		c.ChunksLost += counter.ChunksLost
	}
	return c
}

// Behind reports whether the kernel has counted events in a stream that are not
// accounted for. If they are not on the way any more they are lost.
func (r *Reader) Behind(kind wire.Kind, s wire.Stream, counter wire.Counter) bool {
	return counter.Seen > r.accounts.hooks[kind].stream(s).seq
}

// Missed returns how many skipped runs are accounted for.
func (r *Reader) Missed(kind wire.Kind) uint64 { return r.accounts.hooks[kind].missed }

// Lost returns how many events of a kind are known to be lost.
func (r *Reader) Lost(kind wire.Kind) uint64 {
	h := &r.accounts.hooks[kind]
	return h.full + h.slow + h.missed
}
