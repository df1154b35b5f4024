package main

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// watched is a process whose end is known as soon as it comes.
type watched struct {
	cmd  *exec.Cmd
	done chan struct{} // closed at the end
	err  error         // valid then
}

func watch(cmd *exec.Cmd) (*watched, error) {
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	w := &watched{cmd: cmd, done: make(chan struct{})}
	go func() {
		w.err = cmd.Wait()
		close(w.done)
	}()
	return w, nil
}

func (w *watched) pid() int { return w.cmd.Process.Pid }

// freeze keeps the process from running, until thaw.
func (w *watched) freeze() error { return w.cmd.Process.Signal(syscall.SIGSTOP) }

func (w *watched) thaw() error { return w.cmd.Process.Signal(syscall.SIGCONT) }

// stop asks the process to end, and waits for it.
func (w *watched) stop() error {
	if err := w.cmd.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	select {
	case <-w.done:
		return w.err
	case <-time.After(patience):
		w.kill()
		return fmt.Errorf("still running %s after an interrupt", patience)
	}
}

func (w *watched) kill() {
	// It fails if the process has ended, which is as good.
	_ = w.cmd.Process.Kill()
	<-w.done
}
