package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail"
)

// cost is what the session took from the machine.
type cost struct {
	kernel time.Duration // in the kernel's programs, per exec; 0 when the kernel does not measure it
	cpu    time.Duration // of this process
	peak   uint64        // its greatest resident memory in bytes, without the ring
	ring   uint64        // the ring in bytes, as it is mapped
}

func readCost(s exectrail.Stats) cost {
	c := cost{kernel: kernelTime(s.Programs), peak: peakMemory()}
	// The kernel's ring is mapped twice, so that a record at its end lies in one piece.
	if ring := 2 * uint64(s.BufferSize); len(s.Programs) > 0 && c.peak > ring {
		c.peak, c.ring = c.peak-ring, ring
	}
	var usage unix.Rusage
	// It fails only for a wrong address or selector.
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err == nil {
		c.cpu = time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	return c
}

// kernelTime returns the time that an exec spends in the programs: the one
// that records it, and the one that keeps the name that the process had before.
func kernelTime(programs []exectrail.ProgramStats) time.Duration {
	var execs uint64
	var total time.Duration
	for _, p := range programs {
		switch {
		case strings.HasPrefix(p.Name, "on_exec"):
			execs += p.Runs
			total += p.Runtime
		case p.Name == "on_rename":
			total += p.Runtime
		}
	}
	if execs == 0 {
		return 0
	}
	return total / time.Duration(execs)
}

// peakMemory reads VmHWM. The ru_maxrss of getrusage(2) is of no use: it counts
// what the process was before it executed this program.
func peakMemory() uint64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(status) {
		if value, ok := strings.CutPrefix(string(line), "VmHWM:"); ok {
			kib, _ := strconv.ParseUint(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
			return kib << 10
		}
	}
	return 0
}

func (c cost) String() string {
	s := fmt.Sprintf("cost: %.2f s of CPU time, %d MiB of memory at most", c.cpu.Seconds(), c.peak>>20)
	if c.ring > 0 {
		s += " beside the ring"
	}
	if c.kernel > 0 {
		s += fmt.Sprintf(", %d ns in the kernel per exec", c.kernel.Nanoseconds())
	}
	return s
}

func (c cost) object() map[string]any {
	o := map[string]any{"cpu_ns": c.cpu.Nanoseconds(), "peak_memory_bytes": c.peak}
	if c.kernel > 0 {
		o["kernel_ns_per_exec"] = c.kernel.Nanoseconds()
	}
	return o
}
