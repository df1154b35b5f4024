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
	span  time.Duration // of a freeze
}

type disturbanceKind int

const (
	freeze disturbanceKind = iota
	disturbanceKinds
)

func drawDisturbance(random *rand.Rand) disturbance {
	return disturbance{
		after: time.Duration(50+random.IntN(1000)) * time.Millisecond,
		kind:  disturbanceKind(random.IntN(int(disturbanceKinds))),
		span:  time.Duration(50+random.IntN(2500)) * time.Millisecond,
	}
}

// troubles counts what befell exectrail in a round.
type troubles [disturbanceKinds]int

func (n troubles) String() string { return fmt.Sprintf("%d freezes", n[freeze]) }

// strike disturbs exectrail until over is closed, after which it runs.
func (n *troubles) strike(ctx context.Context, random *rand.Rand, t *tracer, over <-chan struct{}) error {
	for {
		d := drawDisturbance(random)
		select {
		case <-over:
			return nil
		case <-ctx.Done():
			return nil
		case <-time.After(d.after):
		}
		n[d.kind]++
		if err := t.freeze(d.span, over); err != nil {
			return err
		}
	}
}
