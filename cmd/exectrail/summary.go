package main

import (
	"fmt"
	"strings"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink"
)

// A summary is what a session says at its end.
type summary struct {
	stats  exectrail.Stats
	output sink.Stats
	kinds  []kindSummary
	shown  uint64 // execs that were printed
	chosen bool   // not all was asked for
	cost   cost
}

// kindSummary is the account of one kind of event.
type kindSummary struct {
	verb   string // as in "12 executed"
	name   string // in JSON
	action event.Action
	counts exectrail.Counts
	shown  bool   // all that were recorded are to be printed
	left   uint64 // but for so many, which were not asked for
}

func newSummary(stats exectrail.Stats, output sink.Stats, opts *traceOptions, chosen *selection, shown uint64) summary {
	s := summary{stats: stats, output: output, shown: shown, chosen: chosen.chooses, cost: readCost(stats)}
	all := opts.count == 0
	execs := all && opts.failed != failedOnly
	s.kinds = []kindSummary{{"executed", "execs", event.ActionExec, stats.Execs, execs, chosen.left[event.ActionExec]}}
	if stats.Failed.Seen > 0 || opts.failed != "" {
		s.kinds = append(s.kinds, kindSummary{"failed", "failed", event.ActionExecFailed, stats.Failed, all && !opts.noFailed, chosen.left[event.ActionExecFailed]})
	}
	if opts.forks {
		s.kinds = append(s.kinds, kindSummary{"forked", "forks", event.ActionFork, stats.Forks, all, chosen.left[event.ActionFork]})
	}
	if opts.exits {
		s.kinds = append(s.kinds, kindSummary{"exited", "exits", event.ActionExit, stats.Exits, all, chosen.left[event.ActionExit]})
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

// check returns an error if events are neither recorded nor counted as lost, or the output was
// not given what was recorded, or what it was given was neither written nor counted as lost.
func (s summary) check() error {
	for _, k := range s.kinds {
		if err := checkBalance(k.verb, k.counts); err != nil {
			return err
		}
		output := s.output.Of(k.action)
		if !output.Balanced() || k.shown && output.Offered+k.left != k.counts.Recorded {
			return fmt.Errorf("the account of the output is wrong: %d %s were recorded, %d of them not asked for, and %d given to it, but %d written and %d lost",
				k.counts.Recorded, k.verb, k.left, output.Offered, output.Written, output.Lost())
		}
	}
	return nil
}

// checkBalance returns an error if events of a kind are neither recorded nor counted as filtered or lost.
func checkBalance(verb string, c exectrail.Counts) error {
	if c.Balanced() {
		return nil
	}
	return fmt.Errorf("the account of this session is wrong: %d %s, but %d filtered, %d recorded and %d lost", c.Seen, verb, c.Filtered, c.Recorded, c.Lost())
}

// lines returns the summary for a person.
func (s summary) lines() []string {
	var lines []string
	for i, k := range s.kinds {
		line := fmt.Sprintf("%d %s", k.counts.Seen, k.verb)
		if k.counts.Filtered > 0 {
			line += fmt.Sprintf(", %d filtered", k.counts.Filtered)
		}
		line += fmt.Sprintf(", %d recorded", k.counts.Recorded)
		switch {
		case i == 0 && (s.shown != k.counts.Recorded || s.chosen):
			line += fmt.Sprintf(", %d shown", s.shown)
		case i > 0 && s.chosen:
			line += fmt.Sprintf(", %d shown", k.counts.Recorded-k.left)
		}
		line += fmt.Sprintf(", %d lost", k.counts.Lost())
		if causes := lossCauses(k.counts); causes != "" {
			line += " (" + causes + ")"
		}
		if i == 0 {
			line += s.outputs()
		}
		lines = append(lines, line)
	}
	if n := s.stats.ShortReads; n > 0 {
		lines = append(lines, fmt.Sprintf("%d reads of arguments or environments failed: their events tell how much is missing", n))
	}
	if n := s.stats.ChunksLost; n > 0 {
		lines = append(lines, fmt.Sprintf("%d parts of long arguments or environments lost for want of room in the ring: their events tell how much is missing", n))
	}
	if n := s.stats.Untracked; n > 0 {
		lines = append(lines, fmt.Sprintf("%d processes could not be followed: what they and their children did is filtered", n))
	}
	return append(lines, s.cost.String())
}

// outputs tells what the outputs lost, if they did.
func (s summary) outputs() string {
	var text string
	if total := s.output.Total(); total.Lost() > 0 {
		text = fmt.Sprintf("; output: %d written, %d lost (", total.Written, total.Lost())
		var causes []string
		if total.Dropped > 0 {
			causes = append(causes, fmt.Sprintf("%d slow output", total.Dropped))
		}
		if total.Abandoned > 0 {
			causes = append(causes, fmt.Sprintf("%d not written at the end", total.Abandoned))
		}
		text += strings.Join(causes, ", ") + ")"
	}
	if raw := s.stats.RawCopy; raw.Skipped > 0 {
		text += fmt.Sprintf("; recording: %d records, %d skipped (slow output)", raw.Records, raw.Skipped)
	}
	return text
}

func lossCauses(c exectrail.Counts) string {
	var causes []string
	if c.BufferFull > 0 {
		causes = append(causes, fmt.Sprintf("%d for want of room in the ring", c.BufferFull))
	}
	if c.Recursion > 0 {
		causes = append(causes, fmt.Sprintf("%d skipped by the kernel", c.Recursion))
	}
	if c.SlowOutput > 0 {
		causes = append(causes, fmt.Sprintf("%d skipped in the recording", c.SlowOutput))
	}
	if c.Restart > 0 {
		causes = append(causes, fmt.Sprintf("%d read by an earlier start that could not write them", c.Restart))
	}
	return strings.Join(causes, ", ")
}

// object returns the summary for a program.
func (s summary) object() map[string]any {
	o := map[string]any{
		"shown":       s.shown,
		"short_reads": s.stats.ShortReads,
		"chunks_lost": s.stats.ChunksLost,
		"untracked":   s.stats.Untracked,
		"cost":        s.cost.object(),
		"stages":      s.counters().object(),
	}
	for _, k := range s.kinds {
		kind := map[string]any{
			"seen":     k.counts.Seen,
			"filtered": k.counts.Filtered,
			"recorded": k.counts.Recorded,
			"lost": map[string]any{
				"buffer_full": k.counts.BufferFull, "recursion": k.counts.Recursion, "slow_output": k.counts.SlowOutput, "restart": k.counts.Restart,
			},
		}
		if s.chosen {
			kind["shown"] = k.counts.Recorded - k.left
		}
		o[k.name] = kind
	}
	return o
}

// loss returns an error if something is missing, in the output or before it.
func (s summary) loss() error {
	events, output := s.lost(), s.output.Total().Lost()
	hint := largerRings
	if events+s.stats.ChunksLost == 0 {
		hint = "the output could not keep up: write to a file (--output-file), or show less"
	}
	switch {
	case events+output > 0:
		return &lossError{fmt.Sprintf("%d events were lost", events+output), hint}
	case s.stats.ChunksLost > 0:
		return &lossError{fmt.Sprintf("%d parts of events were lost", s.stats.ChunksLost), hint}
	}
	return nil
}

// largerRings is how to lose no events.
const largerRings = "use larger rings, such as --buffer-size 256M"

// A lossError says that something was lost, where that was to be a failure.
type lossError struct{ reason, hint string }

func (e *lossError) Error() string { return e.reason }

// Hint returns how to lose none.
func (e *lossError) Hint() string { return e.hint }
