package main

import (
	"fmt"
	"strings"

	"github.com/exectrail/exectrail"
)

// A summary is what a session says at its end.
type summary struct {
	stats exectrail.Stats
	kinds []kindSummary
	shown uint64 // execs that were printed
	cost  cost
}

// kindSummary is the account of one kind of event.
type kindSummary struct {
	verb   string // as in "12 executed"
	name   string // in JSON
	counts exectrail.Counts
}

func newSummary(stats exectrail.Stats, opts *traceOptions, shown uint64) summary {
	s := summary{stats: stats, shown: shown, cost: readCost(stats)}
	s.kinds = []kindSummary{{"executed", "execs", stats.Execs}}
	if stats.Failed.Seen > 0 || opts.failed != "" {
		s.kinds = append(s.kinds, kindSummary{"failed", "failed", stats.Failed})
	}
	if opts.forks {
		s.kinds = append(s.kinds, kindSummary{"forked", "forks", stats.Forks})
	}
	if opts.exits {
		s.kinds = append(s.kinds, kindSummary{"exited", "exits", stats.Exits})
	}
	return s
}

// lost returns how many events are missing, of all kinds that were asked for.
func (s summary) lost() uint64 {
	var n uint64
	for _, k := range s.kinds {
		n += k.counts.Lost()
	}
	return n
}

// check returns an error if events are neither recorded nor counted as lost.
func (s summary) check() error {
	for _, k := range s.kinds {
		if !k.counts.Balanced() {
			return fmt.Errorf("the account of this session is wrong: %d %s, but %d recorded and %d lost",
				k.counts.Seen, k.verb, k.counts.Recorded, k.counts.Lost())
		}
	}
	return nil
}

// lines returns the summary for a person.
func (s summary) lines() []string {
	var lines []string
	for i, k := range s.kinds {
		line := fmt.Sprintf("%d %s, %d recorded", k.counts.Seen, k.verb, k.counts.Recorded)
		if i == 0 && s.shown != k.counts.Recorded {
			line += fmt.Sprintf(", %d shown", s.shown)
		}
		line += fmt.Sprintf(", %d lost", k.counts.Lost())
		if causes := lossCauses(k.counts); causes != "" {
			line += " (" + causes + ")"
		}
		lines = append(lines, line)
	}
	if n := s.stats.ShortReads; n > 0 {
		lines = append(lines, fmt.Sprintf("%d reads of arguments or environments failed: their events tell how much is missing", n))
	}
	if n := s.stats.ChunksLost; n > 0 {
		lines = append(lines, fmt.Sprintf("%d parts of long arguments or environments lost for want of room in the ring: their events tell how much is missing", n))
	}
	return append(lines, s.cost.String())
}

func lossCauses(c exectrail.Counts) string {
	var causes []string
	if c.BufferFull > 0 {
		causes = append(causes, fmt.Sprintf("%d for want of room in the ring", c.BufferFull))
	}
	if c.Recursion > 0 {
		causes = append(causes, fmt.Sprintf("%d skipped by the kernel", c.Recursion))
	}
	return strings.Join(causes, ", ")
}

// object returns the summary for a program.
func (s summary) object() map[string]any {
	o := map[string]any{
		"shown":       s.shown,
		"short_reads": s.stats.ShortReads,
		"chunks_lost": s.stats.ChunksLost,
		"cost":        s.cost.object(),
	}
	for _, k := range s.kinds {
		o[k.name] = map[string]any{
			"seen":     k.counts.Seen,
			"recorded": k.counts.Recorded,
			"lost":     map[string]any{"buffer_full": k.counts.BufferFull, "recursion": k.counts.Recursion},
		}
	}
	return o
}

// loss returns an error if something is missing for want of room.
func (s summary) loss() error {
	if e := (&lossError{s.lost(), s.stats.ChunksLost}); e.events > 0 || e.chunks > 0 {
		return e
	}
	return nil
}

// A lossError says that events or parts of them were lost, where that was to be a failure.
type lossError struct{ events, chunks uint64 }

func (e *lossError) Error() string {
	if e.events == 0 {
		return fmt.Sprintf("%d parts of events were lost", e.chunks)
	}
	return fmt.Sprintf("%d events were lost", e.events)
}

// Hint returns how to lose none.
func (e *lossError) Hint() string { return "use larger rings, such as --buffer-size 256M" }
