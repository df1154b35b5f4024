package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/test/builds"
)

// buildReport is what became of a real build that was recorded in several ways.
type buildReport struct {
	why   string // it was not measured; empty if it was
	what  string // was built
	tools []*tool
	rows  []row
}

// buildTools are the ways to record a command. The command goes behind.
func buildTools(exectrail string) []*tool {
	log, version := filepath.Join("..", "strace.log"), []string{"strace", "--version"}
	return []*tool{
		// As root, as the others, whoever called sudo.
		{name: ours, command: []string{exectrail, "run", "--quiet", "--user", "0", "--"}, versionCommand: []string{exectrail, "version"}},
		{name: "strace --seccomp-bpf", command: []string{"strace", "-f", "--seccomp-bpf", "-e", "trace=execve", "-o", log}, versionCommand: version},
		{name: "strace", command: []string{"strace", "-f", "-e", "trace=execve", "-o", log}, versionCommand: version},
	}
}

// buildTime is how long a build took, and how long what recorded it did beyond that.
type buildTime struct{ build, beyond time.Duration }

// buildPair is a build that was recorded, and the mean of those in the same round that were not.
type buildPair struct {
	with    buildTime
	without time.Duration
}

// measureBuild measures what recording adds to a real build. In each round there is one without a tool, then one that exectrail records,
// another one without, and those of the other tools.
func (b *bench) measureBuild(ctx context.Context, exectrail string) (*buildReport, error) {
	r := &buildReport{tools: buildTools(exectrail)}
	if _, err := builds.Fetch(ctx); errors.Is(err, builds.ErrNoApt) {
		r.why = err.Error()
		return r, nil
	} else if err != nil {
		return nil, err
	}
	var peers []*tool
	for _, t := range r.tools {
		if _, err := exec.LookPath(t.command[0]); err != nil {
			t.why = t.command[0] + " is not installed"
			continue
		}
		t.readVersion(ctx)
		if t.name != ours {
			peers = append(peers, t)
		}
	}
	var err error
	if r.what, err = b.describeBuild(ctx, exectrail); err != nil {
		return nil, err
	}
	pairs := map[*tool][]buildPair{}
	for range b.size.buildRounds {
		if err := b.buildRound(ctx, r.tools[0], peers, pairs); err != nil {
			return nil, err
		}
	}
	r.rows = buildRows(pairs)
	return r, nil
}

func (b *bench) buildRound(ctx context.Context, exectrail *tool, peers []*tool, pairs map[*tool][]buildPair) error {
	var times []buildTime
	for _, t := range append([]*tool{nil, exectrail, nil}, peers...) {
		var before []string
		if t != nil {
			before = t.command
		}
		took, err := b.timeBuild(ctx, before)
		if err != nil {
			return err
		}
		times = append(times, took)
	}
	without := (times[0].build + times[2].build) / 2
	pairs[exectrail] = append(pairs[exectrail], buildPair{times[1], without})
	for i, t := range peers {
		pairs[t] = append(pairs[t], buildPair{times[3+i], without})
	}
	return nil
}

// timeBuild builds from the beginning, with what is before it in the command. The build says itself when it begins and ends: until then exectrail
// loads its programs, and strace finds out what the kernel can do.
func (b *bench) timeBuild(ctx context.Context, before []string) (buildTime, error) {
	dir, err := b.unpackBuild(ctx)
	if err != nil {
		return buildTime{}, err
	}
	script := "date +%s%N && { " + b.size.build + "; } >log 2>&1 && date +%s%N"
	args := append(before[:len(before):len(before)], "sh", "-c", script)
	cmd := command(ctx, args[0], args[1:]...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	began := time.Now()
	out, err := cmd.Output()
	all := time.Since(began)
	if err != nil {
		return buildTime{}, fmt.Errorf("%s: %w", cmd, err)
	}
	var from, to int64
	if _, err := fmt.Sscan(string(out), &from, &to); err != nil {
		return buildTime{}, fmt.Errorf("read the times of the build in %q: %w", out, err)
	}
	took := time.Duration(to - from)
	return buildTime{took, all - took}, nil
}

// unpackBuild makes the directory anew, and waits until nothing of that is left to be written.
func (b *bench) unpackBuild(ctx context.Context) (string, error) {
	dir := filepath.Join(b.dir, "build")
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	if err := builds.Unpack(ctx, dir); err != nil {
		return "", err
	}
	unix.Sync()
	return dir, nil
}

// describeBuild builds once, so that the files that it reads are in memory, and returns the first lines of what exectrail reports.
func (b *bench) describeBuild(ctx context.Context, exectrail string) (string, error) {
	file := filepath.Join(b.dir, "build-report")
	if _, err := b.timeBuild(ctx, []string{exectrail, "run", "--quiet", "--user", "0", "--report", file, "--"}); err != nil {
		return "", err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) < 4 {
		return "", fmt.Errorf("a report of %d lines: %q", len(lines), text)
	}
	what, _, _ := strings.Cut(lines[1], ";")
	recorded, _, _ := strings.Cut(lines[3], ";")
	return fmt.Sprintf("%s from its source in the distribution, `%s`: %s, %s", builds.Package, b.size.build, what, recorded), nil
}

func buildRows(pairs map[*tool][]buildPair) []row {
	var without []float64
	for t, list := range pairs {
		if t.name != ours {
			continue // what was without a tool is the same in its pairs
		}
		for _, p := range list {
			without = append(without, p.without.Seconds())
		}
	}
	rows := tabulate(pairs,
		quantity[buildPair]{
			name: "Build, s", decimals: 2,
			of: func(p buildPair) float64 { return p.with.build.Seconds() },
		},
		quantity[buildPair]{
			name: "Added to the build, %", decimals: 1, signed: true,
			of:     func(p buildPair) float64 { return 100 * (float64(p.with.build)/float64(p.without) - 1) },
			target: "at most 1", met: func(f figure) bool { return f.median <= 1 },
		},
		quantity[buildPair]{
			name: "Before and after the build, s", decimals: 2,
			of: func(p buildPair) float64 { return p.with.beyond.Seconds() },
		},
	)
	rows[0].base = summarize(without).text(2)
	return rows
}
