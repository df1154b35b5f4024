package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// measureReady measures the time from the start of a tool to the first exec
// that it shows on a terminal, while there is one about every millisecond.
func (b *bench) measureReady(ctx context.Context) ([]row, error) {
	const marker = "begin"
	stop, err := b.load.probe(ctx, marker)
	if err != nil {
		return nil, err
	}
	defer stop()
	times := map[*tool][]time.Duration{}
	for round := range b.size.readyRounds {
		for _, t := range b.inTurn(round) {
			took, err := b.awaitFirst(ctx, t, marker)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", t.name, err)
			}
			times[t] = append(times[t], took)
		}
	}
	return tabulate(times, quantity[time.Duration]{
		name: "Time from start to the first exec shown, s", decimals: 2,
		of:     time.Duration.Seconds,
		target: "at most 0.5", met: func(f figure) bool { return f.median <= 0.5 },
	}), nil
}

// awaitFirst starts a tool and returns the time until its terminal shows the marker.
func (b *bench) awaitFirst(ctx context.Context, t *tool, marker string) (time.Duration, error) {
	screen, tty, err := openTerminal()
	if err != nil {
		return 0, err
	}
	defer screen.Close()
	defer tty.Close()
	cmd := command(ctx, t.command[0], t.command[1:]...)
	cmd.Stdout, cmd.Stderr = tty, tty
	began := time.Now()
	w, err := watch(cmd)
	if err != nil {
		return 0, err
	}
	defer w.kill()

	shown := make(chan time.Time, 1)
	go watchFor(screen, marker+"-", shown)
	select {
	case at := <-shown:
		return at.Sub(began), w.stop()
	case <-w.done:
		return 0, errors.Join(errors.New("has ended"), w.err)
	case <-time.After(patience):
		return 0, errors.New("does not show what is executed")
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// watchFor sends the time at which text is read from r. It then reads on to
// the end, since a tool that cannot write does not end.
func watchFor(r io.Reader, text string, shown chan<- time.Time) {
	var screen []byte
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf)
		if err != nil {
			return
		}
		if shown == nil {
			continue
		}
		screen = append(screen, buf[:n]...)
		if bytes.Contains(screen, []byte(text)) {
			shown <- time.Now()
			shown = nil
		}
	}
}
