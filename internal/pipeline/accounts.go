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
	context  uint64 // recorded for what descends from them alone
	full     uint64 // lost for want of room
	slow     uint64 // skipped in a recording
	restart  uint64 // lost with an earlier reader
	missed   uint64 // runs that the kernel skipped
	missedAt uint64 // when missed was last looked at

	missedBefore uint64 // of missed, what an earlier reader told
}

type streamAccount struct {
	seq     uint64 // the last number accounted for
	skips   uint64 // of accounts, at the last record
	time    uint64 // of the last record
	counter wire.Counter

	before wire.Counter // what an earlier reader accounted for
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

// told reports whether an earlier reader accounted for a record.
func (a *accounts) told(x *wire.Record) bool {
	return x.Seq <= a.hooks[x.Kind].stream(x.Stream).before.Seen
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

// context counts a fork for whose child the terms do not hold as filtered.
func (a *accounts) context() {
	h := &a.hooks[wire.Fork]
	h.recorded--
	h.context++
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
	switch t.When {
	case wire.Begin:
		*c = streamAccount{seq: t.Counter.Seen, time: t.Counter.Last, counter: t.Counter, before: t.Counter}
		h.missed, h.missedBefore, h.missedAt = t.Missed, t.Missed, x.Time
		return nil
	case wire.Restart:
		return a.restart(x, h, c)
	}
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

// restart accounts for what an earlier reader read and did not deliver.
func (a *accounts) restart(x *wire.Record, h *hookAccount, c *streamAccount) []gap {
	t := &x.Tally
	if t.Counter.Seen <= c.seq {
		return nil
	}
	lost := t.Counter.Seen - c.seq
	h.restart += lost
	g := gap{t.Hook, event.LostRestart, x.Stream, lost, c.time, max(t.Counter.Last, c.time)}
	c.seq, c.time = t.Counter.Seen, g.until
	return []gap{g}
}

// Counts is the account of one kind of event, without what an earlier reader accounted for.
type Counts struct {
	Seen, Recorded, BufferFull, Recursion uint64
	SlowOutput, Restart                   uint64
	Degraded                              uint64 // of those recorded
	ShortReads, ChunksLost                uint64
	Filtered, Untracked                   uint64
}

// Counts returns the account of a kind. counters, by stream, and missed are what
// the kernel has counted since the last tally; nil and 0 when nothing can have come since.
func (r *Reader) Counts(kind wire.Kind, counters []wire.Counter, missed uint64) Counts {
	h := &r.accounts.hooks[kind]
	c := Counts{
		Recorded: h.recorded, Degraded: h.degraded, BufferFull: h.full, SlowOutput: h.slow, Restart: h.restart,
		Recursion: h.missed - h.missedBefore, Seen: max(missed, h.missed) - h.missedBefore, Filtered: h.context,
	}
	for i := range max(len(counters), len(h.streams)) {
		var counter, before wire.Counter
		if i < len(h.streams) {
			counter, before = h.streams[i].counter, h.streams[i].before
			counter.Seen = max(counter.Seen, h.streams[i].seq)
		}
		if i < len(counters) {
			counter = counters[i]
		}
		c.Seen += counter.Seen - before.Seen + counter.Filtered - before.Filtered
		c.Filtered += counter.Filtered - before.Filtered
		c.Untracked += counter.Untracked - before.Untracked
		c.ShortReads += counter.ShortReads - before.ShortReads
		c.ChunksLost += counter.ChunksLost - before.ChunksLost
	}
	return c
}

// Final returns what is to be tallied at the end of a reader's work in a stream, of which the kernel
// has counted counter: no more than was read, for the hooks go on.
func (r *Reader) Final(kind wire.Kind, s wire.Stream, counter wire.Counter) wire.Count {
	c := r.accounts.hooks[kind].stream(s)
	counter.Seen, counter.Last = c.seq, c.time
	return wire.Count{Hook: kind, Counter: counter, Missed: r.accounts.hooks[kind].missed, When: wire.Final}
}

// Progress sets p to what is accounted for. The memory of p is used again.
func (r *Reader) Progress(p *wire.Progress) {
	p.Sequence, p.Offset = r.sequence, r.offset
	for kind := range wire.Counted {
		from, to := &r.accounts.hooks[kind], &p.Hooks[kind]
		to.Missed, to.MissedAt, to.Streams = from.missed, from.missedAt, to.Streams[:0]
		for _, c := range from.streams {
			to.Streams = append(to.Streams, wire.StreamProgress{
				Seq: c.seq, Time: c.time, ShortReads: c.counter.ShortReads, ChunksLost: c.counter.ChunksLost,
				Filtered: c.counter.Filtered, Untracked: c.counter.Untracked,
			})
		}
	}
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
	return h.full + h.slow + h.restart + h.missed - h.missedBefore
}
