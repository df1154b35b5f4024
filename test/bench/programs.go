package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/cilium/ebpf"
)

// hook is what happens when a program in the kernel runs.
type hook int

const (
	hookExec hook = iota
	hookFork
	hookExit
	hookCall // of any system call
	hookCount
)

// hookTimes is the time in the programs of a tool per event, by hook, in ns.
type hookTimes [hookCount]float64

// program is an eBPF program of a tool.
type program struct {
	*ebpf.Program
	hook hook
}

// openPrograms opens the programs that a tool has in the kernel.
func openPrograms(t *tool, pid int) ([]program, error) {
	ids, err := programIDs(pid)
	if err != nil {
		return nil, err
	}
	var list []program
	for _, id := range ids {
		p, err := ebpf.NewProgramFromID(ebpf.ProgramID(id))
		if err != nil {
			closePrograms(list)
			return nil, fmt.Errorf("open program %d: %w", id, err)
		}
		info, err := p.Info()
		if err != nil {
			closePrograms(append(list, program{Program: p}))
			return nil, fmt.Errorf("read program %d: %w", id, err)
		}
		list = append(list, program{p, t.hooks[info.Name]})
	}
	return list, nil
}

func closePrograms(list []program) {
	for _, p := range list {
		p.Close()
	}
}

// counter is how often a program ran, and for how long.
type counter struct {
	runs uint64
	time time.Duration
}

func readCounters(list []program) ([]counter, error) {
	counters := make([]counter, len(list))
	for i, p := range list {
		s, err := p.Stats()
		if err != nil {
			return nil, fmt.Errorf("read the statistics of %s: %w", p, err)
		}
		counters[i] = counter{s.RunCount, s.Runtime}
	}
	return counters, nil
}

// meanTimes returns the times per event between two readings. It adds up what
// a run of each program takes, for then events that only some of them see do no harm.
func meanTimes(list []program, before, after []counter) hookTimes {
	var times hookTimes
	for i, p := range list {
		if runs := after[i].runs - before[i].runs; runs > 0 {
			times[p.hook] += float64((after[i].time - before[i].time).Nanoseconds()) / float64(runs)
		}
	}
	return times
}

// programIDs returns the ids of the eBPF programs that a process holds, as
// programs or as links.
func programIDs(pid int) ([]uint32, error) {
	dir := fmt.Sprintf("/proc/%d/fdinfo", pid)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	seen := map[uint32]bool{}
	var ids []uint32
	for _, e := range entries {
		info, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if id, ok := parseProgramID(string(info)); ok && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func parseProgramID(fdinfo string) (uint32, bool) {
	for line := range strings.Lines(fdinfo) {
		if value, ok := strings.CutPrefix(line, "prog_id:"); ok {
			id, err := strconv.ParseUint(strings.TrimSpace(value), 10, 32)
			return uint32(id), err == nil
		}
	}
	return 0, false
}
