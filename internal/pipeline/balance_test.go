package pipeline

import (
	"math/rand/v2"
	"testing"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/wire"
)

// kernel is a model of what writes the records: it numbers events by hook and
// stream, and loses some of them.
type kernel struct {
	random   *rand.Rand
	time     uint64
	counters [wire.Counted][2 * wire.Lanes]wire.Counter
	missed   [wire.Counted]uint64
}

// run lets something happen, and returns the record of it if there is one.
func (k *kernel) run() (wire.Record, bool) {
	k.time += k.random.Uint64N(100)
	kind, stream := wire.Kind(k.random.IntN(int(wire.Counted))), wire.Stream(k.random.IntN(2*wire.Lanes))
	if k.random.IntN(20) == 0 {
		k.missed[kind]++
		return wire.Record{}, false
	}
	c := &k.counters[kind][stream]
	c.Seen++
	c.Last = k.time
	if k.random.IntN(3) == 0 {
		c.Lost++
		return wire.Record{}, false
	}
	id := wire.ID{PID: 1 + k.random.Uint32N(50), Start: 1, ExecID: 1}
	return wire.Record{Kind: kind, CPU: stream.CPU(), Stream: stream, Seq: c.Seen, Time: k.time, ID: id}, true
}

// tally gives the counters of one hook or of all to the reader, all records before having been read.
func (k *kernel) tally(s *session) {
	for kind := range wire.Counted {
		for stream, c := range k.counters[kind] {
			s.tallyOf(kind, wire.Stream(stream), k.time, c, k.missed[kind])
		}
	}
}

// TestBalance lets a model of the kernel lose events at random: what the
// reader tells adds up to what happened, and the numbers of the stream have no hole.
func TestBalance(t *testing.T) {
	for seed := range uint64(50) {
		k := &kernel{random: rand.New(rand.NewPCG(seed, 0))}
		s := newSession(t, everything())
		for range 300 {
			if r, ok := k.run(); ok {
				s.feed(r)
			}
			if k.random.IntN(50) == 0 {
				k.tally(s)
			}
		}
		k.tally(s)

		var next uint64 = 1
		delivered, lost := map[event.Action]uint64{}, map[event.Action]map[event.LostCause]uint64{}
		for _, e := range s.events {
			if got := e.Header().Sequence; got != next {
				t.Fatalf("seed %d: %s has number %d, want %d", seed, line(e), got, next)
			}
			gap, ok := e.(*event.Lost)
			if !ok {
				delivered[e.Action()]++
				next++
				continue
			}
			if gap.SinceBoot > gap.Boot || gap.Count == 0 {
				t.Errorf("seed %d: %s", seed, line(e))
			}
			if lost[gap.Kind] == nil {
				lost[gap.Kind] = map[event.LostCause]uint64{}
			}
			lost[gap.Kind][gap.Cause] += gap.Count
			next += gap.Count
		}
		for kind := range wire.Counted {
			want := Counts{Seen: k.missed[kind], Recursion: k.missed[kind]}
			for _, c := range k.counters[kind] {
				want.Seen += c.Seen
				want.Recorded += c.Seen - c.Lost
				want.BufferFull += c.Lost
			}
			action := actionOf(kind)
			told := Counts{
				Seen:     delivered[action] + lost[action][event.LostBufferFull] + lost[action][event.LostRecursion],
				Recorded: delivered[action], BufferFull: lost[action][event.LostBufferFull], Recursion: lost[action][event.LostRecursion],
			}
			if told != want {
				t.Errorf("seed %d: the stream tells of %+v %ss, want %+v", seed, told, action, want)
			}
			if got := s.reader.Counts(kind, nil, 0); got != want {
				t.Errorf("seed %d: counted %+v %ss, want %+v", seed, got, action, want)
			}
		}
	}
}
