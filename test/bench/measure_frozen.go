package main

import "context"

// frozenRun is what a tool brought out that was kept from running during a flood.
type frozenRun struct {
	seen int
	told int // events of which the tool says that it lost them
}

// measureFrozen keeps each tool from running while a flood goes on. What its
// buffer in the kernel cannot hold is lost.
func (b *bench) measureFrozen(ctx context.Context) ([]row, error) {
	seen := map[*tool][]int{}
	told := newRow("Frozen reader: loss that the tool tells of, events")
	for _, t := range b.tools {
		run, err := b.freezeOnce(ctx, t)
		if err != nil {
			return nil, err
		}
		seen[t] = []int{run.seen}
		told.by[t.name] = number(float64(run.told), 0)
	}
	return []row{seenRow("Frozen reader: execs seen", seen, b.size.floodExecs), told}, nil
}

func (b *bench) freezeOnce(ctx context.Context, t *tool) (frozenRun, error) {
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
	if _, err := b.load.flood(ctx, marker, b.size.floodExecs); err != nil {
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
	if r.seen, err = countSeen(s.stdout(), t.execLine, marker); err != nil {
		return r, err
	}
	r.told, err = countLost(s)
	return r, err
}
