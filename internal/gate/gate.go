package gate

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Options say how a command is to run.
type Options struct {
	User    *User         // nil: as the caller
	Env     []string      // as os.Environ returns it
	Streams [3]*os.File   // its standard streams
	Ignored []unix.Signal // what it ignores from the beginning
}

// Gate is a command that waits.
type Gate struct {
	process *os.Process
	open    *os.File // closed once it is open
	report  *os.File // has what the process used until then, and why the command cannot be executed if it cannot
	used    Usage
}

// Start starts the process. argv is the command; it is looked for in PATH, by its own user, when the gate is opened. No other
// process must be started meanwhile: it would have the gate's descriptors.
func Start(argv []string, o Options) (*Gate, error) {
	in, open, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("make a pipe: %w", err)
	}
	defer in.Close()
	report, out, err := os.Pipe()
	if err != nil {
		open.Close()
		return nil, fmt.Errorf("make a pipe: %w", err)
	}
	defer out.Close()

	order := order{begin: int(in.Fd()), report: int(out.Fd()), ignored: o.Ignored}
	attr := &os.ProcAttr{Env: o.Env, Files: o.Streams[:]}
	if u := o.User; u != nil {
		attr.Sys = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: u.UID, Gid: u.GID, Groups: u.Groups}}
	}
	g := &Gate{open: open, report: report}
	err = order.passing(func() error {
		g.process, err = os.StartProcess("/proc/self/exe", append([]string{name, order.String()}, argv...), attr)
		return err
	})
	if err != nil {
		open.Close()
		report.Close()
		return nil, fmt.Errorf("start a process for the command: %w", err)
	}
	return g, nil
}

// PID returns the process id of the command, before and after it is executed.
func (g *Gate) PID() int { return g.process.Pid }

// Open lets the process become the command, and returns when it has. The error is an [*ExecError] if it cannot.
func (g *Gate) Open() error {
	if _, err := g.open.Write([]byte{1}); err != nil && !errors.Is(err, unix.EPIPE) {
		return fmt.Errorf("let the command go on: %w", err)
	}
	if err := g.open.Close(); err != nil {
		return fmt.Errorf("let the command go on: %w", err)
	}
	told, err := io.ReadAll(g.report)
	if err := errors.Join(err, g.report.Close()); err != nil {
		return fmt.Errorf("wait for the exec of the command: %w", err)
	}
	usage, failure, _ := strings.Cut(string(told), "\n")
	if g.used, err = parseUsage(usage); err != nil {
		return fmt.Errorf("wait for the exec of the command: %w", err)
	}
	if failure == "" {
		return nil
	}
	errno, text, _ := strings.Cut(failure, " ")
	n, err := strconv.Atoi(errno)
	if err != nil {
		return fmt.Errorf("wait for the exec of the command: %q was told", failure)
	}
	return &ExecError{Errno: unix.Errno(n), Name: text}
}

// Used returns what the process used until it became the command. It is known once Open has returned.
func (g *Gate) Used() Usage { return g.used }

// Abandon ends a process that still waits, without the command.
func (g *Gate) Abandon() error {
	err := errors.Join(g.open.Close(), g.report.Close())
	_, waited := g.Wait(nil)
	return errors.Join(err, waited)
}

// Signal sends a signal to the command. It must not be called once Wait has returned: the process id may be another's then.
func (g *Gate) Signal(s unix.Signal) error { return unix.Kill(g.PID(), s) }

// Wait waits for the end of the command. Each time that it is stopped, as by SIGSTOP, stopped is called, unless it is nil.
func (g *Gate) Wait(stopped func()) (unix.WaitStatus, error) {
	for {
		var status unix.WaitStatus
		_, err := unix.Wait4(g.PID(), &status, unix.WUNTRACED, nil)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return 0, fmt.Errorf("wait for the command: %w", err)
		case !status.Stopped():
			return status, nil
		case stopped != nil:
			stopped()
		}
	}
}

// Status returns what a shell says of a process that ended so: its exit status, or 128 and the number of the signal.
func Status(s unix.WaitStatus) int {
	if s.Signaled() {
		return 128 + int(s.Signal())
	}
	return s.ExitStatus()
}

// ExecError says that a command cannot be executed.
type ExecError struct {
	Errno unix.Errno
	Name  string // of the command
}

func (e *ExecError) Error() string {
	if e.Errno == unix.ENOENT && !strings.Contains(e.Name, "/") {
		return fmt.Sprintf("run %s: command not found", e.Name)
	}
	return fmt.Sprintf("run %s: %v", e.Name, e.Errno)
}

func (e *ExecError) Unwrap() error { return e.Errno }

// Status returns the exit status of a shell that was to run it.
func (e *ExecError) Status() int {
	if e.Errno == unix.ENOENT {
		return StatusNotFound
	}
	return StatusNotExecutable
}
