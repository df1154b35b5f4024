package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/test/ledger"
)

// mostOutput bounds what a round may write, so that it cannot fill a disk.
const mostOutput = 2 << 30

// runRound does what the plan says, finds every process accounted for, and removes all that it made. The directory dir must not
// be there. It stays when the round fails.
func runRound(ctx context.Context, p plan, programs programs, dir string) (ledger.Report, error) {
	fmt.Printf("round %d: %s\n", p.number, &p)
	began := time.Now()
	if err := os.Mkdir(dir, 0o755); err != nil {
		return ledger.Report{}, err
	}
	t := &tracer{program: programs.exectrail, flags: p.flags(), dir: dir, pinned: p.pinned}
	defer t.close()
	lives, befell, err := p.act(ctx, t, &world{programs: programs, dir: dir})
	if err != nil {
		return ledger.Report{}, err
	}
	r, err := p.account(t, lives, programs)
	if err != nil {
		return r, err
	}
	if err := t.unpin(ctx); err != nil {
		return r, err
	}
	fmt.Printf("round %d: %d processes, %d events, degraded %v, filled in %v, lost %v; %s; %.1f s\n",
		p.number, r.Lives, r.Events, r.Degraded, r.FilledIn, r.Lost, &befell, time.Since(began).Seconds())
	return r, os.RemoveAll(dir)
}

// act has exectrail run, the scenarios beside each other, and trouble meanwhile.
func (p *plan) act(ctx context.Context, t *tracer, w *world) ([]ledger.Life, troubles, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if err := t.start(ctx); err != nil {
		return nil, troubles{}, err
	}
	var (
		group, others sync.WaitGroup
		lists         = make([][]ledger.Life, len(p.scenarios))
		over          = make(chan struct{})
		befell        troubles
	)
	for i, s := range p.scenarios {
		group.Go(func() {
			var err error
			if lists[i], err = s.run(ctx, w); err != nil {
				cancel(err)
			}
		})
	}
	others.Go(func() {
		if err := befell.strike(ctx, p, t, over); err != nil {
			cancel(err)
		}
	})
	others.Go(func() {
		if err := watchSize(t.dir, over); err != nil {
			cancel(err)
		}
	})
	group.Wait()
	close(over)
	others.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, befell, err
	}
	if p.pinned && p.tiny {
		last, err := p.hearOut(ctx, t, w)
		if err != nil {
			return nil, befell, err
		}
		lists = append(lists, last)
	}
	return slices.Concat(lists...), befell, t.stop()
}

// hearOut has a pinned session tell of all it lost. The rings are empty after the restart.
func (p *plan) hearOut(ctx context.Context, t *tracer, w *world) ([]ledger.Life, error) {
	if err := t.stop(); err != nil {
		return nil, err
	}
	if err := t.start(ctx); err != nil {
		return nil, err
	}
	return lastWords{fmt.Sprintf("r%d-last", p.number)}.run(ctx, w)
}

// watchSize fails as soon as there is too much in the files of a directory.
func watchSize(dir string, over <-chan struct{}) error {
	for {
		select {
		case <-over:
			return nil
		case <-time.After(200 * time.Millisecond):
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		var size int64
		for _, entry := range entries {
			info, err := entry.Info()
			if err != nil {
				return err
			}
			size += info.Size()
		}
		if size > mostOutput {
			return fmt.Errorf("the files of the round have %d bytes, more than any round should write", size)
		}
	}
}

// account holds the outputs against what was logged.
func (p *plan) account(t *tracer, lives []ledger.Life, programs programs) (ledger.Report, error) {
	options := ledger.Options{Failures: p.failures}
	if p.tiny {
		options.Excused = []string{"buffer-full"}
	}
	var stat unix.Stat_t
	if err := unix.Stat(programs.nothing, &stat); err != nil {
		return ledger.Report{}, err
	}
	options.Device, options.Inode = fmt.Sprintf("%d:%d", unix.Major(stat.Dev), unix.Minor(stat.Dev)), stat.Ino
	book := ledger.New(lives, options)
	for _, run := range t.runs {
		if err := readOutput(book, run); err != nil {
			return ledger.Report{}, err
		}
	}
	r := book.Close()
	if r.FaultCount > 0 {
		return r, fmt.Errorf("%d faults, the first ones are:\n%s", r.FaultCount, strings.Join(r.Faults, "\n"))
	}
	return r, nil
}

func readOutput(book *ledger.Ledger, run *tracerRun) error {
	out, err := os.Open(run.output)
	if err != nil {
		return err
	}
	defer out.Close()
	// What was half written when it was killed is for the next one to cut off, which knows that it will deliver it again.
	if err := book.Read(out); err != nil {
		return fmt.Errorf("read %s: %w", run.output, err)
	}
	return nil
}
