package probe

import (
	"errors"
	"fmt"
	"time"

	"github.com/cilium/ebpf"

	"github.com/exectrail/exectrail/internal/wire"
)

// Counters returns what the kernel has counted for a hook: for each possible
// CPU, and how many runs it skipped on all of them.
func (p *Probe) Counters(hook wire.Kind) (perCPU []wire.Counter, missed uint64, err error) {
	if err := p.objects.Counters.Lookup(uint32(hook), &perCPU); err != nil {
		return nil, 0, fmt.Errorf("read the counters: %w", err)
	}
	stats, err := p.objects.hook(hook).Stats()
	if errors.Is(err, ebpf.ErrNotSupported) {
		return perCPU, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read the program's statistics: %w", err)
	}
	return perCPU, stats.RecursionMisses, nil
}

// ProgramStats is what the kernel counts of a program.
type ProgramStats struct {
	Name    string
	Runs    uint64 // 0 unless kernel.bpf_stats_enabled is set
	Runtime time.Duration
}

// ProgramStats returns the statistics of the hooks.
func (p *Probe) ProgramStats() ([]ProgramStats, error) {
	var all []ProgramStats
	for _, program := range p.objects.programs() {
		info, err := program.Info()
		if err != nil {
			return nil, fmt.Errorf("read a program's info: %w", err)
		}
		s := ProgramStats{Name: info.Name}
		if stats, err := program.Stats(); err == nil {
			s.Runs, s.Runtime = stats.RunCount, stats.Runtime
		}
		all = append(all, s)
	}
	return all, nil
}
