package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/exectrail/exectrail/test/triggers"
)

type options struct {
	seed  uint64
	first int           // round
	span  time.Duration // in which rounds begin
	keep  bool          // the files of a round that failed
	pins  bool          // sessions are pinned, and exectrail is killed and started anew
}

// parseSeed reads a seed, or picks one if there is none.
func parseSeed(text string) (uint64, error) {
	if text == "" {
		return rand.Uint64N(1e9), nil
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("parse seed: %w", err)
	}
	return seed, nil
}

// programs are the compiled programs.
type programs struct{ exectrail, spawner, bomb, nothing string }

// soak runs rounds until the time is over, one fails, or ctx ends.
func soak(ctx context.Context, o options) (err error) {
	dir, err := os.MkdirTemp("", "exectrail-soak-")
	if err != nil {
		return err
	}
	kept := false
	defer func() {
		if !kept {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	// A fork bomb may be that of another user.
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	p, err := build(ctx, dir)
	if err != nil {
		return err
	}
	var lives int
	began := time.Now()
	for n := o.first; n == o.first || time.Since(began) < o.span; n++ {
		result, err := runRound(ctx, newPlan(o.seed, n, o.pins), p, filepath.Join(dir, "round"))
		if err != nil {
			if o.keep && ctx.Err() == nil {
				kept = true
				fmt.Printf("the files of this round are in %s\n", dir)
			}
			return fmt.Errorf("seed %d, round %d: %w", o.seed, n, err)
		}
		lives += result.Lives
	}
	fmt.Printf("all %d processes are accounted for\n", lives)
	return nil
}

const modulePath = "github.com/exectrail/exectrail"

// build compiles exectrail, unless EXECTRAIL_BINARY names one, and the programs that it is to record into dir.
func build(ctx context.Context, dir string) (programs, error) {
	p := programs{
		exectrail: filepath.Join(dir, "exectrail"),
		spawner:   filepath.Join(dir, "spawner"),
		bomb:      filepath.Join(dir, "bomb"),
		nothing:   filepath.Join(dir, "nothing"),
	}
	if err := triggers.Build(ctx, dir); err != nil {
		return p, fmt.Errorf("build triggers: %w", err)
	}
	if path := os.Getenv("EXECTRAIL_BINARY"); path != "" {
		p.exectrail = path
		return p, nil
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", p.exectrail, modulePath+"/cmd/exectrail")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return p, fmt.Errorf("build exectrail: %w\n%s", err, out)
	}
	return p, nil
}
