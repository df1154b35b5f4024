package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// patience is for how long exectrail may take for what it should do at once. Only a round that fails takes this long.
const patience = time.Minute

// A tracer is exectrail, which may be run several times over a round. Each run writes to a file of its own.
type tracer struct {
	program string
	flags   []string
	dir     string
	pinned  bool
	runs    []*tracerRun // the last one is that which runs
}

// tracerRun is one process of it.
type tracerRun struct {
	cmd    *exec.Cmd
	output string
	said   bytes.Buffer  // to be read once done is closed
	done   chan struct{} // it closed its standard error
}

// start runs exectrail and waits until it says that it traces.
func (t *tracer) start(ctx context.Context) error {
	r := &tracerRun{output: filepath.Join(t.dir, fmt.Sprintf("output-%d", len(t.runs))), done: make(chan struct{})}
	out, err := os.OpenFile(r.output, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	r.cmd = exec.CommandContext(ctx, t.program, t.flags...)
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	r.cmd.Stdout = out
	stderr, err := r.cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := r.cmd.Start(); err != nil {
		return err
	}
	t.runs = append(t.runs, r)
	ready := make(chan struct{}, 1)
	go func() {
		defer close(r.done)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			r.said.WriteString(lines.Text() + "\n")
			if strings.Contains(lines.Text(), "tracing by") {
				ready <- struct{}{}
			}
		}
	}()
	select {
	case <-ready:
		return nil
	case <-r.done:
		return errors.Join(fmt.Errorf("exectrail ended before it began to trace: %s", r.said.String()), r.cmd.Wait())
	case <-time.After(patience):
		return errors.Join(errors.New("exectrail does not begin to trace"), r.end(syscall.SIGKILL))
	}
}

func (t *tracer) current() *tracerRun { return t.runs[len(t.runs)-1] }

// freeze stops exectrail for a time, or until done is closed.
func (t *tracer) freeze(span time.Duration, done <-chan struct{}) error {
	process := t.current().cmd.Process
	if err := process.Signal(syscall.SIGSTOP); err != nil {
		return fmt.Errorf("freeze: %w", err)
	}
	select {
	case <-time.After(span):
	case <-done:
	}
	if err := process.Signal(syscall.SIGCONT); err != nil {
		return fmt.Errorf("thaw: %w", err)
	}
	return nil
}

// stop ends the run as Ctrl-C does, after which it must have written all it had.
func (t *tracer) stop() error {
	r := t.current()
	if err := r.end(os.Interrupt); err != nil {
		return err
	}
	return r.checkSummary()
}

// kill ends the run with no time to write anything.
func (t *tracer) kill() error { return t.current().end(syscall.SIGKILL) }

// unpin removes the session that no tracer uses any more.
func (t *tracer) unpin(ctx context.Context) error {
	if !t.pinned {
		return nil
	}
	if out, err := exec.CommandContext(ctx, t.program, "unpin", pinName).CombinedOutput(); err != nil {
		return fmt.Errorf("unpin: %w: %s", err, out)
	}
	t.pinned = false
	return nil
}

// end sends a signal and waits for the end.
func (r *tracerRun) end(signal os.Signal) error {
	if err := r.cmd.Process.Signal(signal); err != nil {
		return fmt.Errorf("end exectrail: %w", err)
	}
	select {
	case <-r.done:
	case <-time.After(patience):
		return fmt.Errorf("exectrail does not end after a signal: %s", signal)
	}
	if err := r.cmd.Wait(); err != nil && signal != syscall.SIGKILL {
		return fmt.Errorf("exectrail: %w: %s", err, r.said.String())
	}
	return nil
}

// close ends what still runs, whatever became of the round.
func (t *tracer) close() {
	for _, r := range t.runs {
		if r.cmd.ProcessState == nil {
			// It may have ended just now.
			_ = r.cmd.Process.Kill()
			<-r.done
			_ = r.cmd.Wait()
		}
	}
	// It goes with the mount namespace at the latest.
	_ = t.unpin(context.Background())
}
