package main

import (
	"context"
	"time"
)

// A floodRun is what one flood came to with one tool.
type floodRun struct {
	rate     float64 // execs per second
	relative float64 // the rate in percent of that without a tool
	seen     int
	cpu      time.Duration // of the tool's process, per exec
	memory   memory        // at the end
}

// measureFlood lets two programs exec as fast as they can, without any tool and
// then while a tool writes down what it sees.
func (b *bench) measureFlood(ctx context.Context) ([]row, error) {
	var base []float64
	runs := map[*tool][]floodRun{}
	for round := range b.size.floodRounds {
		for _, t := range b.inTurn(round) {
			few := b.size.floodExecs / 4
			took, err := b.load.flood(ctx, "none", few)
			if err != nil {
				return nil, err
			}
			rate := float64(few) / took.Seconds()
			base = append(base, rate)
			run, err := b.floodOnce(ctx, t)
			if err != nil {
				return nil, err
			}
			run.relative = 100 * run.rate / rate
			runs[t] = append(runs[t], run)
		}
	}
	return floodRows(summarize(base), runs, b.size.floodExecs), nil
}

func (b *bench) floodOnce(ctx context.Context, t *tool) (floodRun, error) {
	const marker = "flood"
	var r floodRun
	s, err := b.start(ctx, t)
	if err != nil {
		return r, err
	}
	defer s.close()
	if err := s.catchUp(ctx, b.load); err != nil {
		return r, err
	}
	before, err := cpuTime(s.pid())
	if err != nil {
		return r, err
	}
	took, err := b.load.flood(ctx, marker, b.size.floodExecs)
	if err != nil {
		return r, err
	}
	if err := s.catchUp(ctx, b.load); err != nil {
		return r, err
	}
	after, err := cpuTime(s.pid())
	if err != nil {
		return r, err
	}
	if r.memory, err = readMemory(s.pid()); err != nil {
		return r, err
	}
	if err := s.stop(); err != nil {
		return r, err
	}
	r.rate = float64(b.size.floodExecs) / took.Seconds()
	r.cpu = (after - before) / time.Duration(b.size.floodExecs)
	r.seen, err = countSeen(s.stdout(), t.execLine, marker)
	return r, err
}

func floodRows(base figure, runs map[*tool][]floodRun, execs int) []row {
	seen := map[*tool][]int{}
	for t, list := range runs {
		for _, r := range list {
			seen[t] = append(seen[t], r.seen)
		}
	}
	rows := tabulate(runs,
		quantity[floodRun]{name: "Flood: execs per second", of: func(r floodRun) float64 { return r.rate }},
		quantity[floodRun]{
			name: "Flood: in percent of the rate without a tool", decimals: 1,
			of: func(r floodRun) float64 { return r.relative },
		},
		quantity[floodRun]{
			name: "Flood: CPU time of the tool per exec, µs", decimals: 1,
			of: func(r floodRun) float64 { return float64(r.cpu.Nanoseconds()) / 1e3 },
		},
	)
	rows[0].base = base.text(0)
	rows = append(rows, seenRow("Flood: execs seen", seen, execs))
	return append(rows, tabulate(runs, memoryQuantities("after the flood", func(r floodRun) memory { return r.memory })...)...)
}
