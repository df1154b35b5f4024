package probe

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cilium/ebpf"

	"github.com/exectrail/exectrail/internal/bpfobj"
	"github.com/exectrail/exectrail/internal/wire"
)

// Counters returns what the kernel has counted for a hook: for each stream, and how many runs
// it skipped in all that no other lane made up for.
func (p *Probe) Counters(kind wire.Kind) (streams []wire.Counter, missed uint64, err error) {
	// First this: what is counted as skipped by now is perhaps made up for a moment later.
	for _, h := range slices.Concat(p.objects.hooks, p.objects.failed.hooks) {
		if h.kind != kind || h.standby {
			continue
		}
		n, err := h.missed()
		if err != nil {
			return nil, 0, err
		}
		missed += n
	}
	var madeUp uint64 // may wrap around on a CPU: what one adds another takes off (bpf/returns.h)
	for lane := range wire.Lanes {
		var cpus []wire.Counter
		row := uint32(lane)*uint32(wire.Counted) + uint32(kind)
		if err := p.objects.maps[bpfobj.TracerMapCounters].Lookup(row, &cpus); err != nil {
			return nil, 0, fmt.Errorf("read the counters: %w", err)
		}
		if streams == nil {
			streams = make([]wire.Counter, len(cpus)*wire.Lanes)
		}
		for cpu, c := range cpus {
			streams[wire.StreamOf(uint32(cpu), lane)] = c
			madeUp += c.TakenOver
		}
	}
	return streams, missed - min(missed, uint64(max(int64(madeUp), 0))), nil
}

// missed returns how many runs of the program the kernel skipped, with those for which it had no room to
// watch for the return of a function.
func (h *hook) missed() (uint64, error) {
	h.countUnwatched()
	stats, err := h.program.Stats()
	if errors.Is(err, ebpf.ErrNotSupported) {
		return h.unwatched, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the program's statistics: %w", err)
	}
	return h.unwatched + stats.RecursionMisses, nil
}

// countUnwatched reads what a kretprobe has missed, as long as it is attached. Kernels tell from 6.6 on.
func (h *hook) countUnwatched() {
	if h.kind != wire.Failed || h.link == nil {
		return
	}
	info, err := h.link.Info()
	if err != nil || info.PerfEvent() == nil {
		return
	}
	if kprobe := info.PerfEvent().Kprobe(); kprobe != nil {
		h.unwatched = kprobe.Missed
	}
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
	for _, h := range slices.Concat(p.objects.hooks, p.objects.failed.hooks) {
		s := ProgramStats{Name: h.spec.Name}
		if stats, err := h.program.Stats(); err == nil {
			s.Runs, s.Runtime = stats.RunCount, stats.Runtime
		}
		all = append(all, s)
	}
	return all, nil
}
