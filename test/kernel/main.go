// Command kernel runs the tests that need a kernel on each of a matrix of them, in emulated machines:
//
//	go run ./test/kernel [-kernel 6.12] [-arch arm64] [-run TestFlood] [-write docs/compatibility.md]
//
// What it prints has the form of go test. The kernels are fetched once (scripts/kernels.sh), and kept with the
// console logs in the user's cache directory.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"
)

type options struct {
	name, arch string
	run        string
	write      string
	verbose    bool
	machines   int
	limit      time.Duration
}

func main() {
	var o options
	flag.StringVar(&o.name, "kernel", "", "only the kernel of this `name` in kernels.txt")
	flag.StringVar(&o.arch, "arch", "", "only this `architecture`: amd64 or arm64")
	flag.StringVar(&o.run, "run", "", "only the tests that match this `expression`")
	flag.StringVar(&o.write, "write", "", "write what each kernel can do to this `file`")
	flag.BoolVar(&o.verbose, "v", false, "tell of tests that passed, too")
	flag.IntVar(&o.machines, "machines", max(1, runtime.NumCPU()), "how many `machines` run at the same time")
	flag.DurationVar(&o.limit, "limit", 20*time.Minute, "how long a machine may run")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := test(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "exectrail:", err)
		os.Exit(1)
	}
}

var errFailed = errors.New("tests failed")

func test(ctx context.Context, o options, out io.Writer) error {
	all, err := matrix(table)
	if err != nil {
		return err
	}
	picked, err := pick(all, o.name, o.arch)
	if err != nil {
		return err
	}
	if o.write != "" && (len(picked) != len(all) || o.run != "") {
		return errors.New("-write needs the whole matrix and all tests")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return err
	}
	cache = filepath.Join(cache, "exectrail", "kernels")
	logs := filepath.Join(cache, "logs")
	if err := os.MkdirAll(logs, 0o755); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "exectrail-kernels-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)

	var kernels []kernel
	built := map[string]software{}
	for _, t := range picked {
		k, err := fetch(ctx, cache, t, out)
		if err != nil {
			return err
		}
		kernels = append(kernels, k)
		if _, ok := built[t.arch]; ok {
			continue
		}
		if built[t.arch], err = build(ctx, t.arch, filepath.Join(dir, t.arch)); err != nil {
			return err
		}
	}
	results := runAll(ctx, o, kernels, built, logs, out)
	if ctx.Err() != nil {
		return errors.New("interrupted")
	}
	if o.write != "" {
		if err := writeCompatibility(o.write, results); err != nil {
			return err
		}
	}
	return sumUp(results, out)
}

// runAll boots the kernels, several at a time, and prints the result of each when it is there.
func runAll(ctx context.Context, o options, kernels []kernel, built map[string]software, logs string, out io.Writer) []result {
	var (
		group   sync.WaitGroup
		mu      sync.Mutex
		slots   = make(chan struct{}, o.machines)
		results = make([]result, len(kernels))
	)
	for _, i := range longestFirst(kernels) {
		k := kernels[i]
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			if ctx.Err() != nil {
				return
			}
			r := runOne(ctx, o, k, built[k.arch], filepath.Join(logs, k.id()+".log"))
			mu.Lock()
			defer mu.Unlock()
			results[i] = r
			r.print(out, o.verbose)
		})
	}
	group.Wait()
	return results
}

// longestFirst returns the kernels' places in the order to run them, so that at the end no machine runs on by itself for long.
func longestFirst(kernels []kernel) []int {
	order := make([]int, len(kernels))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(slices.Index(choices(), kernels[a].tests), slices.Index(choices(), kernels[b].tests))
	})
	return order
}

func runOne(ctx context.Context, o options, k kernel, s software, log string) result {
	r := result{kernel: k, session: &session{}, log: log}
	began := time.Now()
	// Under a name of its own, until it is complete: others may run the same kernel at the same time.
	written := fmt.Sprintf("%s.%d", log, os.Getpid())
	err := boot(ctx, k, s, steps(o.run, k.tests), written, o.limit)
	r.took = time.Since(began)
	if err != nil {
		r.problems = append(r.problems, err.Error())
	}
	console, err := os.Open(written)
	if err == nil {
		defer console.Close()
		r.session, err = readConsole(console)
	}
	err = errors.Join(err, os.Rename(written, log))
	if err != nil {
		r.problems = append(r.problems, err.Error())
		return r
	}
	r.problems = append(r.problems, r.session.problems(k.series)...)
	return r
}

func sumUp(results []result, out io.Writer) error {
	var sum counts
	for _, r := range results {
		c := r.counts()
		sum.passed, sum.failed, sum.skipped = sum.passed+c.passed, sum.failed+c.failed, sum.skipped+c.skipped
	}
	fmt.Fprintf(out, "%d kernels: %d passed, %d failed, %d skipped\n", len(results), sum.passed, sum.failed, sum.skipped)
	if sum.failed != 0 {
		return errFailed
	}
	return nil
}
