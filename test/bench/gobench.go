package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// A goBenchmark is a line of `go test -bench`.
type goBenchmark struct {
	pkg, name string             // without the module, and without Benchmark and the number of processors
	values    map[string]float64 // by unit, such as ns/op
}

// goPackages are those through which each event goes.
var goPackages = []string{"internal/wire", "internal/proctable", "sink/ecs", "sink/table"}

// runGoBenchmarks runs the benchmarks of the packages, each for about the given time.
func runGoBenchmarks(ctx context.Context, each string) ([]goBenchmark, error) {
	// BenchmarkMillion is about memory, and takes long.
	args := []string{"test", "-run", "^$", "-bench", ".", "-skip", "^BenchmarkMillion$", "-benchmem", "-benchtime", each, "-p", "1"}
	for _, p := range goPackages {
		args = append(args, modulePath+"/"+p)
	}
	out, err := exec.CommandContext(ctx, "go", args...).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("run the Go benchmarks: %w\n%s", err, out)
	}
	return parseGoBenchmarks(out)
}

func parseGoBenchmarks(out []byte) ([]goBenchmark, error) {
	var (
		list []goBenchmark
		pkg  string
	)
	for line := range bytes.Lines(out) {
		fields := strings.Fields(string(line))
		switch {
		case len(fields) == 2 && fields[0] == "pkg:":
			pkg = strings.TrimPrefix(fields[1], modulePath+"/")
		case len(fields) >= 4 && strings.HasPrefix(fields[0], "Benchmark"):
			b := goBenchmark{pkg, benchmarkName(fields[0]), map[string]float64{}}
			for i := 2; i+1 < len(fields); i += 2 {
				v, err := strconv.ParseFloat(fields[i], 64)
				if err != nil {
					return nil, fmt.Errorf("parse %q: %w", bytes.TrimSpace(line), err)
				}
				b.values[fields[i+1]] = v
			}
			list = append(list, b)
		}
	}
	return list, nil
}

// benchmarkName returns BenchmarkName/sub-8 without what is of no interest.
func benchmarkName(s string) string {
	s = strings.TrimPrefix(s, "Benchmark")
	if i := strings.LastIndexByte(s, '-'); i >= 0 {
		if _, err := strconv.Atoi(s[i+1:]); err == nil {
			return s[:i]
		}
	}
	return s
}

// A goTarget is what the benchmarks of a package are to reach, all of them.
type goTarget struct {
	pkg, name, text string // name is the beginning of those it is for
	met             func(goBenchmark) bool
}

var goTargets = []goTarget{
	{"internal/wire", "Decode", "no allocation", func(b goBenchmark) bool {
		allocs, ok := b.values["allocs/op"]
		return ok && allocs == 0
	}},
	{"sink/ecs", "ECS", "500,000 events/s", func(b goBenchmark) bool {
		ns, ok := b.values["ns/op"]
		return ok && ns <= 1e9/500_000
	}},
}

// targetOf returns the target of a benchmark in words and whether it is met.
func targetOf(b goBenchmark) (text string, met bool) {
	for _, t := range goTargets {
		if t.pkg == b.pkg && strings.HasPrefix(b.name, t.name) {
			return t.text, t.met(b)
		}
	}
	return "", false
}
