package object

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/cilium/ebpf"
)

// Stats is the account of a [Session].
type Stats struct {
	Buffers  []BufferStats
	Programs []ProgramStats
}

// BufferStats is the account of a buffer. For a perf buffer it has an entry for each CPU
// that something came from; for a ring buffer one with the CPU -1.
type BufferStats struct {
	Name string
	// CountsLoss tells whether the kernel counts what is lost: it does for perf buffers. Of a ring buffer only the program knows,
	// which was refused room.
	CountsLoss bool
	CPUs       []CPUStats
}

// CPUStats is the account of a CPU.
type CPUStats struct {
	CPU            int
	Received, Lost uint64
}

// Received returns how many records came through the buffer.
func (b *BufferStats) Received() (n uint64) {
	for _, c := range b.CPUs {
		n += c.Received
	}
	return n
}

// Lost returns how many records the buffer had no room for.
func (b *BufferStats) Lost() (n uint64) {
	for _, c := range b.CPUs {
		n += c.Lost
	}
	return n
}

// ProgramStats tells how often a program ran, since it was loaded.
type ProgramStats struct {
	Name string
	Runs uint64
	// Time is how long all runs took together. The kernel measures it, and
	// counts the runs, only while someone asks for it (Linux 5.8).
	Time time.Duration
	// Skipped counts runs that the kernel left out, for a run of the same program was under
	// way on the CPU (Linux 5.12).
	Skipped uint64
}

// Mean returns how long a run took.
func (p *ProgramStats) Mean() time.Duration {
	if p.Runs == 0 {
		return 0
	}
	return p.Time / time.Duration(p.Runs)
}

func (b *buffer) stats() BufferStats {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := BufferStats{Name: b.name, CountsLoss: b.kind == ebpf.PerfEventArray}
	for _, c := range b.cpus {
		s.CPUs = append(s.CPUs, *c)
	}
	slices.SortFunc(s.CPUs, func(x, y CPUStats) int { return cmp.Compare(x.CPU, y.CPU) })
	return s
}

func programStats(programs map[string]*ebpf.Program) ([]ProgramStats, error) {
	var list []ProgramStats
	for _, name := range slices.Sorted(maps.Keys(programs)) {
		s, err := programs[name].Stats()
		if err != nil {
			return nil, err
		}
		list = append(list, ProgramStats{name, s.RunCount, s.Runtime, s.RecursionMisses})
	}
	return list, nil
}
