package wire

// Progress is up to where a reader has accounted for the records of a session: what another
// reader has to know that goes on from there.
type Progress struct {
	Sequence uint64 // the number of the last event
	Offset   int64  // of the wall clock to CLOCK_BOOTTIME as it was last told, ns; 0 if it was not
	Hooks    [Counted]HookProgress
}

// HookProgress is the same for one kind of record.
type HookProgress struct {
	Missed   uint64 // runs that the kernel skipped, and that were told
	MissedAt uint64 // when that was looked at, CLOCK_BOOTTIME, ns
	Streams  []StreamProgress
}

// StreamProgress is the same for a stream.
type StreamProgress struct {
	Seq        uint64 // the last number that was accounted for
	Time       uint64 // of that record, CLOCK_BOOTTIME, ns
	ShortReads uint64 // as the last tally told
	ChunksLost uint64
	Filtered   uint64
	Untracked  uint64
}

// AppendBegin appends to dst the records that begin a takeover by what an earlier reader accounted for, each
// by itself. now is CLOCK_BOOTTIME in ns.
func (p *Progress) AppendBegin(dst [][]byte, now uint64) [][]byte {
	if p.Offset != 0 {
		dst = append(dst, AppendClock(nil, now, p.Offset))
	}
	for kind := range Counted {
		h := &p.Hooks[kind]
		for s, c := range h.Streams {
			// The first stream of a hook tells what is about all of them.
			if s > 0 && c == (StreamProgress{}) {
				continue
			}
			dst = append(dst, AppendTally(nil, h.MissedAt, Stream(s), Count{
				Hook: kind, When: Begin, Sequence: p.Sequence, Missed: h.Missed,
				Counter: Counter{Seen: c.Seq, Last: c.Time, ShortReads: c.ShortReads, ChunksLost: c.ChunksLost, Filtered: c.Filtered, Untracked: c.Untracked},
			}))
		}
	}
	return dst
}

// AppendRestart appends to dst the records that tell what an earlier reader read, up to read, and did
// not deliver: its room in the rings was given back.
func (p *Progress) AppendRestart(dst [][]byte, read *Progress, now uint64) [][]byte {
	for kind := range Counted {
		delivered := p.Hooks[kind].Streams
		for s, c := range read.Hooks[kind].Streams {
			if s < len(delivered) && c.Seq <= delivered[s].Seq || c.Seq == 0 {
				continue
			}
			dst = append(dst, AppendTally(nil, now, Stream(s), Count{
				Hook: kind, When: Restart, Counter: Counter{Seen: c.Seq, Last: c.Time},
			}))
		}
	}
	return dst
}

// CopyFrom makes p the same as q, and keeps its own memory.
func (p *Progress) CopyFrom(q *Progress) {
	p.Sequence, p.Offset = q.Sequence, q.Offset
	for kind := range Counted {
		to, from := &p.Hooks[kind], &q.Hooks[kind]
		to.Missed, to.MissedAt = from.Missed, from.MissedAt
		to.Streams = append(to.Streams[:0], from.Streams...)
	}
}
