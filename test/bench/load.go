package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

//go:embed load/*.c
var sources embed.FS

// load is the compiled programs that give the tools something to see.
type load struct {
	spawn, calls, nothing string
	cpu                   string // the one for timings
}

func compileLoad(ctx context.Context, dir string) (*load, error) {
	cpu, err := lastCPU()
	if err != nil {
		return nil, err
	}
	l := &load{cpu: strconv.Itoa(cpu)}
	for _, p := range []struct {
		path  *string
		name  string
		flags []string
	}{{&l.spawn, "spawn", nil}, {&l.calls, "calls", nil}, {&l.nothing, "nothing", []string{"-nostartfiles"}}} {
		*p.path = filepath.Join(dir, p.name)
		source, err := sources.Open("load/" + p.name + ".c")
		if err != nil {
			return nil, err
		}
		cmd := exec.CommandContext(ctx, "gcc", append(p.flags, "-O2", "-static", "-o", *p.path, "-x", "c", "-")...)
		cmd.Stdin = source
		if out, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("compile %s.c: %w\n%s", p.name, err, out)
		}
	}
	return l, nil
}

// lastCPU returns the last processor that this program may use: the first one
// has most of the interrupts.
func lastCPU() (int, error) {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return 0, fmt.Errorf("read affinity: %w", err)
	}
	last := 0
	for cpu := range len(set) * 64 {
		if set.IsSet(cpu) {
			last = cpu
		}
	}
	return last, nil
}

// timeSpawns runs a program count times on one processor, with a marker, and
// returns the time of each, in ns.
func (l *load) timeSpawns(ctx context.Context, marker string, count int) ([]float64, error) {
	return l.timeSpawnsOf(ctx, "0", marker, count)
}

// timeSpawnsOf does the same with a group id.
func (l *load) timeSpawnsOf(ctx context.Context, group, marker string, count int) ([]float64, error) {
	return timings(ctx, "setpriv", "--regid", group, "--clear-groups", "taskset", "-c", l.cpu, l.spawn, l.nothing, marker, strconv.Itoa(count))
}

// timeCalls makes system calls on one processor, and returns the mean time of
// a call in each of the chunks, in ns.
func (l *load) timeCalls(ctx context.Context, chunks, calls int) ([]float64, error) {
	list, err := timings(ctx, "taskset", "-c", l.cpu, l.calls, strconv.Itoa(chunks), strconv.Itoa(calls))
	for i := range list {
		list[i] /= float64(calls)
	}
	return list, err
}

// spawners is how many programs of a flood exec at the same time.
const spawners = 2

// flood runs a program count times in all, as fast as the spawners can, and
// returns how long that took.
func (l *load) flood(ctx context.Context, marker string, count int) (time.Duration, error) {
	began := time.Now()
	_, err := l.floodWith(ctx, marker, count, 0)
	return time.Since(began), err
}

// floodWith is a flood with so many bytes of arguments for each exec, beside its number. It returns the process ids of the spawners.
func (l *load) floodWith(ctx context.Context, marker string, count, length int) ([]int, error) {
	var group sync.WaitGroup
	pids, errs := make([]int, spawners), make([]error, spawners)
	for i := range spawners {
		group.Go(func() {
			cmd := command(ctx, l.spawn, l.nothing, spawnerMarker(marker, i), strconv.Itoa(count/spawners), "0", strconv.Itoa(length))
			_, errs[i] = runTimed(cmd)
			if cmd.Process != nil {
				pids[i] = cmd.Process.Pid
			}
		})
	}
	group.Wait()
	return pids, errors.Join(errs...)
}

func spawnerMarker(marker string, spawner int) string { return fmt.Sprintf("%s-%d", marker, spawner) }

// probe runs a program about every millisecond until stop is called.
func (l *load) probe(ctx context.Context, marker string) (stop func(), err error) {
	cmd := command(ctx, l.spawn, l.nothing, marker, "0", "1000")
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return func() {
		// It ends by this only.
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}, nil
}

// timings runs a program that prints durations, and returns these, in ns.
func timings(ctx context.Context, name string, args ...string) ([]float64, error) {
	return runTimed(command(ctx, name, args...))
}

func runTimed(cmd *exec.Cmd) ([]float64, error) {
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", cmd, err)
	}
	return parseTimings(out)
}

func parseTimings(out []byte) ([]float64, error) {
	var list []float64
	for line := range bytes.Lines(out) {
		ns, err := strconv.ParseFloat(string(bytes.TrimSpace(line)), 64)
		if err != nil {
			return nil, fmt.Errorf("parse a duration: %w", err)
		}
		list = append(list, ns)
	}
	return list, nil
}
