package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// A disturbance is what befalls exectrail.
type disturbance struct {
	after time.Duration // since the one before
	kind  disturbanceKind
	span  time.Duration // for which it is frozen, or gone
}

type disturbanceKind int

const (
	freeze  disturbanceKind = iota
	kill                    // and start it anew, which takes the session over
	restart                 // the same after a Ctrl-C
	disturbanceKinds
)

// drawDisturbance draws one that does not end the session.
func drawDisturbance(random *rand.Rand, pinned bool) disturbance {
	d := disturbance{
		after: time.Duration(20+random.IntN(480)) * time.Millisecond,
		kind:  disturbanceKind(random.IntN(int(disturbanceKinds))),
		span:  time.Duration(50+random.IntN(2500)) * time.Millisecond,
	}
	if d.kind == freeze {
		return d
	}
	if !pinned {
		d.kind = freeze
		return d
	}
	d.span /= 8 // beside the time that a start takes
	return d
}

// troubles counts what befell exectrail in a round.
type troubles [disturbanceKinds]int

func (n *troubles) String() string {
	return fmt.Sprintf("%d freezes, %d kills, %d restarts", n[freeze], n[kill], n[restart])
}

// strike disturbs exectrail until over is closed, after which it runs.
func (n *troubles) strike(ctx context.Context, p *plan, t *tracer, over <-chan struct{}) error {
	for {
		d := drawDisturbance(p.trouble, p.pinned)
		select {
		case <-over:
			return nil
		case <-ctx.Done():
			return nil
		case <-time.After(d.after):
		}
		n[d.kind]++
		var err error
		switch d.kind {
		case freeze:
			err = t.freeze(d.span, over)
		case kill:
			err = t.kill()
		case restart:
			err = t.stop()
		}
		if err != nil {
			return err
		}
		if d.kind == freeze {
			continue
		}
		select {
		case <-over:
		case <-time.After(d.span):
		}
		if err := t.start(ctx); err != nil {
			return err
		}
	}
}
