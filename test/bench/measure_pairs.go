package main

import (
	"context"
	"slices"
)

// pace is how fast the machine works: the time of a spawn and that of an
// unrelated system call, in ns.
type pace struct{ spawn, call float64 }

// pair is the pace with a tool, and that without any just before and after.
type pair struct{ with, without pace }

// measurePairs measures what spawns and system calls take with each tool and
// without, in turn: what slows down the whole machine for a while then does not count.
func (b *bench) measurePairs(ctx context.Context) ([]row, error) {
	pairs := map[*tool][]pair{}
	before, err := b.readPace(ctx)
	if err != nil {
		return nil, err
	}
	for round := range b.size.pairRounds {
		for _, t := range b.inTurn(round) {
			with, err := b.readPaceWith(ctx, t)
			if err != nil {
				return nil, err
			}
			after, err := b.readPace(ctx)
			if err != nil {
				return nil, err
			}
			without := pace{(before.spawn + after.spawn) / 2, (before.call + after.call) / 2}
			pairs[t] = append(pairs[t], pair{with, without})
			before = after
		}
	}
	return pairRows(pairs), nil
}

func (b *bench) readPaceWith(ctx context.Context, t *tool) (pace, error) {
	s, err := b.start(ctx, t)
	if err != nil {
		return pace{}, err
	}
	defer s.close()
	p, err := b.readPace(ctx)
	if err != nil {
		return pace{}, err
	}
	return p, s.stop()
}

func (b *bench) readPace(ctx context.Context) (pace, error) {
	spawns, err := b.load.timeSpawns(ctx, "pair", b.size.pairSpawns)
	if err != nil {
		return pace{}, err
	}
	calls, err := b.load.timeCalls(ctx, b.size.pairChunks, b.size.chunkCalls)
	if err != nil {
		return pace{}, err
	}
	// A call is so short that whatever else the processor core does shows in it;
	// what a tool adds to each call is in the fast ones, too.
	return pace{median(spawns), quantile(slices.Sorted(slices.Values(calls)), 0.1)}, nil
}

func pairRows(pairs map[*tool][]pair) []row {
	var spawns, calls []float64
	for _, list := range pairs {
		for _, p := range list {
			spawns = append(spawns, p.without.spawn/1e3)
			calls = append(calls, p.without.call)
		}
	}
	spawn, call := summarize(spawns), summarize(calls)
	rows := tabulate(pairs,
		quantity[pair]{
			name: "Spawn (vfork, exec, wait), µs", decimals: 1,
			of: func(p pair) float64 { return p.with.spawn / 1e3 },
		},
		quantity[pair]{
			name: "Added to a spawn, µs", decimals: 1, signed: true,
			of:     func(p pair) float64 { return (p.with.spawn - p.without.spawn) / 1e3 },
			target: "within the spread without a tool, " + number(spawn.spread(), 1),
			met:    func(f figure) bool { return f.median <= spawn.spread() },
		},
		quantity[pair]{
			name: "System call (getppid), ns", decimals: 1,
			of: func(p pair) float64 { return p.with.call },
		},
		quantity[pair]{
			name: "Added to a system call, %", decimals: 1, signed: true,
			of:     func(p pair) float64 { return 100 * (p.with.call/p.without.call - 1) },
			target: "at most 2", met: func(f figure) bool { return f.median <= 2 },
		},
	)
	rows[0].base, rows[2].base = spawn.text(1), call.text(1)
	return rows
}
