package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/exectrail/exectrail/object"
)

// objectSummary tells how the run of an object went.
func (u *ui) objectSummary(stats object.Stats) {
	lines := objectSummaryLines(stats)
	if u.json {
		u.object(map[string]any{"message": strings.Join(lines, "; "), "exectrail": map[string]any{"object": objectSummaryJSON(stats)}})
		return
	}
	for _, line := range lines {
		u.notice("%s", line)
	}
}

func objectSummaryLines(stats object.Stats) []string {
	var lines []string
	for i := range stats.Buffers {
		lines = append(lines, bufferLine(&stats.Buffers[i]))
	}
	for _, p := range stats.Programs {
		line := fmt.Sprintf("%s: %d runs", p.Name, p.Runs)
		if p.Runs > 0 {
			line += fmt.Sprintf(", %d ns each", p.Mean().Nanoseconds())
		}
		if p.Skipped > 0 {
			line += fmt.Sprintf("; %d skipped by the kernel, for another was under way", p.Skipped)
		}
		lines = append(lines, line)
	}
	return lines
}

func bufferLine(b *object.BufferStats) string {
	if !b.CountsLoss {
		return fmt.Sprintf("%s: %d received; of a ring buffer the kernel does not count what is lost", b.Name, b.Received())
	}
	line := fmt.Sprintf("%s: %d received, %d lost", b.Name, b.Received(), b.Lost())
	var cpus []string
	for _, c := range b.CPUs {
		cpus = append(cpus, fmt.Sprintf("CPU %d: %d received, %d lost", c.CPU, c.Received, c.Lost))
	}
	if len(cpus) > 0 {
		line += " (" + strings.Join(cpus, "; ") + ")"
	}
	return line
}

// objectSummaryJSON has the same for programs.
func objectSummaryJSON(stats object.Stats) any {
	type cpu struct {
		CPU      int    `json:"cpu"`
		Received uint64 `json:"received"`
		Lost     uint64 `json:"lost"`
	}
	type buffer struct {
		Name     string `json:"name"`
		Received uint64 `json:"received"`
		// Nothing of a ring buffer, of which the kernel does not count what is lost.
		Lost *uint64 `json:"lost,omitempty"`
		CPUs []cpu   `json:"cpus,omitempty"`
	}
	type program struct {
		Name    string        `json:"name"`
		Runs    uint64        `json:"runs"`
		Time    time.Duration `json:"run_time_ns"`
		Mean    time.Duration `json:"mean_ns"`
		Skipped uint64        `json:"skipped"`
	}
	summary := struct {
		Buffers  []buffer  `json:"buffers"`
		Programs []program `json:"programs"`
	}{[]buffer{}, []program{}}
	for i := range stats.Buffers {
		s := &stats.Buffers[i]
		b := buffer{Name: s.Name, Received: s.Received()}
		if s.CountsLoss {
			lost := s.Lost()
			b.Lost = &lost
			for _, c := range s.CPUs {
				b.CPUs = append(b.CPUs, cpu(c))
			}
		}
		summary.Buffers = append(summary.Buffers, b)
	}
	for _, p := range stats.Programs {
		summary.Programs = append(summary.Programs, program{p.Name, p.Runs, p.Time, p.Mean(), p.Skipped})
	}
	return summary
}
