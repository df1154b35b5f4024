package main

import (
	"context"
	"fmt"
)

// frozenLoad is what runs while a tool is kept from running.
type frozenLoad struct {
	execs  int
	length int // of an argument beside the number, in bytes
}

func (f frozenLoad) String() string {
	if f.length == 0 {
		return number(float64(f.execs), 0) + " execs"
	}
	return fmt.Sprintf("%s execs with %s bytes", number(float64(f.execs), 0), number(float64(f.length), 0))
}

// frozenRun is what a tool brought out that was kept from running during a flood.
type frozenRun struct {
	whole int // execs with their number
	bare  int // execs of which it says that it has no arguments of them
	told  int // events of which it says that it lost them
}

// measureFrozen keeps each tool from running while floods go on. What its
// buffer in the kernel cannot hold is lost.
func (b *bench) measureFrozen(ctx context.Context) ([]row, error) {
	var rows []row
	for _, load := range b.size.frozen {
		seen := map[*tool][]int{}
		whole, told := newRow(fmt.Sprintf("Frozen for %s: with arguments", load)), newRow(fmt.Sprintf("Frozen for %s: loss told, events", load))
		for _, t := range b.tools {
			run, err := b.freezeOnce(ctx, t, load)
			if err != nil {
				return nil, err
			}
			seen[t] = []int{run.whole + run.bare}
			whole.by[t.name], told.by[t.name] = number(float64(run.whole), 0), number(float64(run.told), 0)
		}
		rows = append(rows, seenRow(fmt.Sprintf("Frozen for %s: seen", load), seen, load.execs), whole, told)
	}
	return rows, nil
}

func (b *bench) freezeOnce(ctx context.Context, t *tool, load frozenLoad) (frozenRun, error) {
	const marker, after = "frozen", "after"
	var r frozenRun
	s, err := b.start(ctx, t)
	if err != nil {
		return r, err
	}
	defer s.close()
	if err := s.freeze(); err != nil {
		return r, err
	}
	pids, err := b.load.floodWith(ctx, marker, load.execs, load.length)
	if err != nil {
		return r, err
	}
	if err := s.thaw(); err != nil {
		return r, err
	}
	if err := s.catchUp(ctx, b.load); err != nil {
		return r, err
	}
	// The kernel tells of a loss in a perf buffer with the next event on the same processor.
	if _, err := b.load.flood(ctx, after, 1000); err != nil {
		return r, err
	}
	if err := s.catchUp(ctx, b.load); err != nil {
		return r, err
	}
	if err := s.stop(); err != nil {
		return r, err
	}
	if r.whole, err = countSeen(s.stdout(), t.execLine, marker); err != nil {
		return r, err
	}
	if r.bare, err = countBare(s.stdout(), t.bareLine, pids); err != nil {
		return r, err
	}
	r.told, err = countLost(s)
	return r, err
}
