package main

import (
	"context"
	"fmt"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/test/ledger"
)

// lastWords has a few processes of every kind on each processor. The kernel numbers events by processor and kind, and
// a pinned session tells of a loss when the next event comes, which may otherwise be never.
type lastWords struct{ name string }

func (l lastWords) String() string { return "last words" }

func (l lastWords) run(ctx context.Context, w *world) ([]ledger.Life, error) {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return nil, fmt.Errorf("read affinity: %w", err)
	}
	var lives []ledger.Life
	for cpu := range len(set) * 64 {
		if !set.IsSet(cpu) {
			continue
		}
		list, err := l.speak(ctx, w, cpu)
		if err != nil {
			return nil, err
		}
		lives = append(lives, list...)
	}
	return lives, nil
}

func (l lastWords) speak(ctx context.Context, w *world, cpu int) ([]ledger.Life, error) {
	name := fmt.Sprintf("%s-%d", l.name, cpu)
	log, err := w.log(name)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	if err := w.command(ctx, log, "taskset", "-c", strconv.Itoa(cpu), w.bomb, name, "4", w.nothing, "xf").Run(); err != nil {
		return nil, fmt.Errorf("run %s: %w", name, err)
	}
	return readLog(log)
}
