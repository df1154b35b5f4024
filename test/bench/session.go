package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// patience is how long a tool may take for what it should do at once.
const patience = 15 * time.Second

// A session is a tool that runs and writes into a file.
type session struct {
	*watched
	tool     *tool
	dir      string
	caughtUp int // calls of catchUp
}

// start starts a tool and waits until it shows what is executed.
func (b *bench) start(ctx context.Context, t *tool) (_ *session, err error) {
	dir, err := os.MkdirTemp(b.dir, "session-")
	if err != nil {
		return nil, err
	}
	s := &session{tool: t, dir: dir}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	stdout, err := os.Create(s.stdout())
	if err != nil {
		return nil, err
	}
	defer stdout.Close()
	stderr, err := os.Create(s.stderr())
	if err != nil {
		return nil, err
	}
	defer stderr.Close()

	cmd := command(ctx, t.command[0], t.command[1:]...)
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if s.watched, err = watch(cmd); err != nil {
		return nil, err
	}
	return s, s.catchUp(ctx, b.load)
}

func (s *session) stdout() string { return filepath.Join(s.dir, "stdout") }
func (s *session) stderr() string { return filepath.Join(s.dir, "stderr") }

// catchUp waits until the tool shows what is executed now, and so has shown
// what was executed before. It runs programs for that: since a tool may hold
// back its output until it has some kilobytes, one would not do.
func (s *session) catchUp(ctx context.Context, l *load) error {
	s.caughtUp++
	marker := fmt.Sprintf("now%d", s.caughtUp)
	stop, err := l.probe(ctx, marker)
	if err != nil {
		return err
	}
	defer stop()
	output, err := os.Open(s.stdout())
	if err != nil {
		return err
	}
	defer output.Close()

	shown := finder{text: []byte(marker + "-")}
	deadline := time.After(patience)
	for {
		if found, err := shown.in(output); found || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.done:
			return s.failure(fmt.Errorf("%s: has ended", s.tool.name))
		case <-deadline:
			return s.failure(fmt.Errorf("%s: does not show what is executed", s.tool.name))
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// failure adds to an error what the tool said.
func (s *session) failure(err error) error {
	const most = 300
	said, readErr := os.ReadFile(s.stderr())
	if readErr != nil || len(said) == 0 {
		return err
	}
	return fmt.Errorf("%w: %s", err, said[max(0, len(said)-most):])
}

// stop ends the tool, so that it writes what it still holds.
func (s *session) stop() error {
	if err := s.watched.stop(); err != nil {
		return s.failure(fmt.Errorf("stop %s: %w", s.tool.name, err))
	}
	return nil
}

// close kills the tool if it still runs, and removes its output.
func (s *session) close() {
	if s.watched != nil {
		s.kill()
	}
	// It goes with the directory of the whole run at the latest.
	_ = os.RemoveAll(s.dir)
}
