package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/gate"
	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/machine"
)

// command is what run starts. The signals that exectrail gets meanwhile are for it.
type command struct {
	gate     *gate.Gate
	terminal *os.File // nil when there is none
	signals  chan os.Signal
	ignored  []unix.Signal // since exectrail was started
	begin    time.Time     // when it was let go on

	mu     sync.Mutex
	ended  bool
	status int           // for whoever waits for exectrail, once done is closed
	err    error         // the same
	done   chan struct{} // closed when the command has ended
}

// startCommand starts the process that becomes the command.
func startCommand(argv []string, user *gate.User, environ []string, ignored []unix.Signal) (*command, error) {
	if user != nil {
		environ = user.Environ(environ, gate.SudoEnviron())
	}
	c := &command{signals: make(chan os.Signal, 16), ignored: ignored, done: make(chan struct{})}
	var err error
	c.gate, err = gate.Start(argv, gate.Options{
		User: user, Env: environ, Ignored: ignored, Streams: [3]*os.File{os.Stdin, os.Stdout, os.Stderr},
	})
	if errors.Is(err, unix.EACCES) && user != nil {
		return nil, &machine.HintedError{Reason: err.Error(), Next: fmt.Sprintf("the user %s has to be able to execute the file of exectrail: chmod 755 on it", user.Name)}
	}
	if err != nil {
		return nil, err
	}
	// Opened to ask who stands in its foreground; without one it fails.
	if tty, err := os.OpenFile("/dev/tty", os.O_RDONLY|unix.O_NOCTTY, 0); err == nil {
		c.terminal = tty
	}
	return c, nil
}

// commandUser returns whom the command is for; nil when it is whoever runs this process.
func (o *runOptions) commandUser() (*gate.User, error) {
	var user *gate.User
	var err error
	if o.user == "" {
		user, err = gate.SudoUser(os.Getenv)
	} else if user, err = gate.LookupUser(o.user); errors.Is(err, gate.ErrNoUser) {
		return nil, &usageError{"--user " + quote(o.user) + ": no such user in /etc/passwd", "see 'getent passwd'"}
	}
	if err != nil || user == nil || user.UID == uint32(os.Geteuid()) {
		return nil, err
	}
	if os.Geteuid() != 0 {
		if o.user == "" {
			return nil, nil // the variables of a sudo that has nothing to do with this
		}
		return nil, &usageError{"--user " + quote(o.user) + ": only root can run a command as another user", "run exectrail with sudo"}
	}
	return user, nil
}

// passedOn are the signals that are meant for the command when exectrail gets them.
func passedOn() []os.Signal {
	return []os.Signal{unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGTERM, unix.SIGUSR1, unix.SIGUSR2}
}

// open lets the command begin, and passes on signals from then on. When it has ended a signal to end exectrail calls stop.
func (c *command) open(stop context.CancelFunc) error {
	signal.Notify(c.signals, passedOn()...)
	c.begin = time.Now()
	err := c.gate.Open()
	go c.wait()
	go c.relay(stop)
	return err
}

// wait waits for the end of the command.
func (c *command) wait() {
	defer close(c.done)
	status, err := c.gate.Wait(c.stopped)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended, c.status, c.err = true, gate.Status(status), err
}

// signal sends a signal to the command, unless it has ended.
func (c *command) signal(s unix.Signal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ended {
		// It may be a zombie by now, or beyond what this process may signal: there is nothing else to do about it.
		_ = c.gate.Signal(s)
	}
}

// relay passes on signals until the channel is closed.
func (c *command) relay(stop context.CancelFunc) {
	for s := range c.signals {
		number, ok := s.(unix.Signal)
		if !ok {
			continue
		}
		select {
		case <-c.done:
			if number != unix.SIGUSR1 && number != unix.SIGUSR2 && !slices.Contains(c.ignored, number) {
				stop()
			}
			continue
		default:
		}
		// The terminal has sent these to all in its foreground, the command among them.
		if (number == unix.SIGINT || number == unix.SIGQUIT) && c.inForeground() {
			continue
		}
		c.signal(number)
	}
}

// resetSignals gives signals their usual effect again.
func (c *command) resetSignals() {
	signal.Reset(passedOn()...)
}

// close ends what belongs to a command that has ended.
func (c *command) close() {
	c.resetSignals()
	close(c.signals)
	if c.terminal != nil {
		c.terminal.Close()
	}
}

// inForeground reports whether this process is in the foreground process group of its terminal.
func (c *command) inForeground() bool {
	if c.terminal == nil {
		return false
	}
	foreground, err := unix.IoctlGetInt(int(c.terminal.Fd()), unix.TIOCGPGRP)
	if err != nil {
		return false
	}
	own, err := unix.Getpgid(0)
	return err == nil && own == foreground
}

// leaveOutGate leaves out of a run what the process of the command was, and what it used, before it was the command.
func (c *command) leaveOutGate(run *lives.Run) {
	run.Begin = c.begin
	if len(run.Processes) == 0 {
		return
	}
	p := &run.Processes[0]
	if p.Start.After(c.begin) {
		return // its own events were lost
	}
	p.Start = c.begin
	if len(p.Programs) > 0 && p.Programs[0].Unseen {
		p.Programs = p.Programs[1:]
	}
	if !p.Ended() {
		return
	}
	used := c.gate.Used()
	fromUser := min(used.CPU, p.UserCPU)
	p.UserCPU -= fromUser
	p.SystemCPU -= min(used.CPU-fromUser, p.SystemCPU)
	if p.MaxRSS <= used.MaxRSS {
		p.MaxRSS = 0 // that of the command is not known
	}
}

// stopGrace is how long after the command this process may be stopped by the same key on the terminal.
const stopGrace = 20 * time.Millisecond

// stopped is called when the command was stopped. A shell that waits for a command without exectrail would see that, so it is shown
// this process stopped as well, and what goes on with it goes on with the command.
func (c *command) stopped() {
	time.Sleep(stopGrace)
	if !c.inForeground() || !isStopped(c.gate.PID()) {
		return
	}
	if err := unix.Kill(os.Getpid(), unix.SIGSTOP); err == nil {
		c.signal(unix.SIGCONT)
	}
}

// isStopped reports whether a process is stopped by a signal.
func isStopped(pid int) bool {
	process, err := procfs.NewProc(pid)
	if err != nil {
		return false
	}
	stat, err := process.Stat()
	return err == nil && stat.State == "T"
}
