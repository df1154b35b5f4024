package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// memory is the resident memory of a process in bytes.
type memory struct {
	resident  uint64 // all of it
	ring      uint64 // of it, the pages of BPF maps and of perf buffers, by every address they have
	anonymous uint64
}

// memoryQuantities are the rows about memory at some time.
func memoryQuantities[S any](when string, of func(S) memory) []quantity[S] {
	const mb = 1e6
	return []quantity[S]{
		{
			name: "Memory " + when + ", MB", decimals: 1,
			of: func(s S) float64 { return float64(of(s).resident) / mb },
		},
		{
			name: "Memory beside the ring " + when + ", MB", decimals: 1,
			of:     func(s S) float64 { return float64(of(s).resident-of(s).ring) / mb },
			target: "below 60", met: func(f figure) bool { return f.median < 60 },
		},
		{
			name: "Anonymous memory " + when + ", MB", decimals: 1,
			of: func(s S) float64 { return float64(of(s).anonymous) / mb },
		},
	}
}

func readMemory(pid int) (memory, error) {
	smaps, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps", pid))
	if err != nil {
		return memory{}, err
	}
	return parseSmaps(string(smaps))
}

// parseSmaps adds up the mappings of /proc/PID/smaps, as proc_pid_smaps(5) describes it.
func parseSmaps(smaps string) (memory, error) {
	var m memory
	inRing := false
	for line := range strings.Lines(smaps) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
			continue
		case !strings.HasSuffix(fields[0], ":"):
			name := fields[len(fields)-1]
			inRing = strings.HasPrefix(name, "anon_inode:bpf-map") || strings.HasPrefix(name, "anon_inode:[perf_event]")
			continue
		case fields[0] != "Rss:" && fields[0] != "Anonymous:":
			continue
		}
		kib, err := strconv.ParseUint(fields[1], 10, 64)
		if err != nil {
			return memory{}, fmt.Errorf("parse smaps: %w", err)
		}
		switch {
		case fields[0] == "Anonymous:":
			m.anonymous += kib << 10
		case inRing:
			m.ring += kib << 10
			fallthrough
		default:
			m.resident += kib << 10
		}
	}
	return m, nil
}
