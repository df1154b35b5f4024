package main

import (
	"context"
	"fmt"
	"math"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// measureKernel measures the time in the programs in the kernel, by the
// kernel's own clock (kernel.bpf_stats_enabled).
func (b *bench) measureKernel(ctx context.Context) ([]row, error) {
	// Until it is closed, or this program ends in whatever way.
	stats, err := ebpf.EnableStats(unix.BPF_STATS_RUN_TIME)
	if err != nil {
		return nil, fmt.Errorf("enable statistics: %w", err)
	}
	defer stats.Close()

	times := map[*tool][]hookTimes{}
	for round := range b.size.kernelRounds {
		for _, t := range b.inTurn(round) {
			blocks, err := b.timePrograms(ctx, t, "0")
			if err != nil {
				return nil, err
			}
			times[t] = append(times[t], blocks...)
		}
	}
	return kernelRows(times), nil
}

// timePrograms returns the time in the programs of a tool, by hook, for several blocks of execs by a group.
func (b *bench) timePrograms(ctx context.Context, t *tool, group string) ([]hookTimes, error) {
	s, err := b.start(ctx, t)
	if err != nil {
		return nil, err
	}
	defer s.close()
	programs, err := openPrograms(t, s.pid())
	if err != nil {
		return nil, err
	}
	defer closePrograms(programs)

	var blocks []hookTimes
	for range b.size.kernelBlocks {
		before, err := readCounters(programs)
		if err != nil {
			return nil, err
		}
		if _, err := b.load.timeSpawnsOf(ctx, group, "kernel", b.size.kernelSpawns); err != nil {
			return nil, err
		}
		after, err := readCounters(programs)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, meanTimes(programs, before, after))
	}
	return blocks, s.stop()
}

func kernelRows(times map[*tool][]hookTimes) []row {
	return tabulate(times,
		quantity[hookTimes]{
			name: "Kernel time per exec, ns", of: timeOf(hookExec),
			target: "at most 1,500", met: func(f figure) bool { return f.median <= 1500 },
		},
		quantity[hookTimes]{name: "Kernel time per fork, ns", of: timeOf(hookFork)},
		quantity[hookTimes]{name: "Kernel time per exit, ns", of: timeOf(hookExit)},
		quantity[hookTimes]{
			name:   "Kernel time of fork, exec and exit together, ns",
			of:     func(h hookTimes) float64 { return h[hookExec] + h[hookFork] + h[hookExit] },
			target: "at most 2,200", met: func(f figure) bool { return f.median <= 2200 },
		},
	)
}

// timeOf returns the time in a hook, which is not a number for a tool that has none there.
func timeOf(h hook) func(hookTimes) float64 {
	return func(times hookTimes) float64 {
		if times[h] == 0 {
			return math.NaN()
		}
		return times[h]
	}
}
