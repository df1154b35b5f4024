package main

import (
	"context"
	"fmt"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// filteredGroup is the group whose execs are filtered: nogroup, of which no other program is.
const filteredGroup = "65534"

// measureFiltered measures the time in the kernel of an exec that the kernel filters.
func (b *bench) measureFiltered(ctx context.Context) ([]row, error) {
	stats, err := ebpf.EnableStats(unix.BPF_STATS_RUN_TIME)
	if err != nil {
		return nil, fmt.Errorf("enable statistics: %w", err)
	}
	defer stats.Close()

	t := *b.tools[0]
	t.command = append(append([]string{}, t.command...), "--filter", "gid == 0")
	blocks, err := b.timePrograms(ctx, &t, filteredGroup)
	if err != nil {
		return nil, err
	}
	return tabulate(map[*tool][]hookTimes{&t: blocks}, quantity[hookTimes]{
		name: "Kernel time per exec that is filtered, ns", of: timeOf(hookExec),
		target: "below 300", met: func(f figure) bool { return f.median < 300 },
	}), nil
}
