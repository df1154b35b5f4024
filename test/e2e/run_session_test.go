package e2e

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/trail"
)

// runSession is an `exectrail run`.
type runSession struct {
	*exec.Cmd
	trail string // what it saved
	log   string // what the command wrote to descriptor 3
	done  chan struct{}
}

// newRun prepares `exectrail run` with flags and a command, or what else args are.
func newRun(t *testing.T, args ...string) *runSession {
	t.Helper()
	ignoreNothing()
	dir := publicDir(t)
	// Whoever the command is for may have to write there.
	must(t, os.Chmod(dir, 0o777))
	s := &runSession{trail: filepath.Join(dir, "run.trail"), done: make(chan struct{})}
	s.Cmd = exec.Command(exectrailBinary(t), append([]string{"run", "--save", s.trail}, args...)...)
	s.Dir = dir
	// Files, for what is left behind would keep pipes open.
	s.Stdout, s.Stderr = newWitnessFile(t), newWitnessFile(t)
	log := newWitnessFile(t)
	s.log, s.ExtraFiles = log.Name(), []*os.File{log}
	return s
}

// ignoreNothing has what the tests start not ignore signals that they themselves were started to ignore, as what a shell runs in the
// background is. They come to a channel that nobody reads, so nothing else changes.
func ignoreNothing() {
	for _, s := range []os.Signal{unix.SIGHUP, unix.SIGINT} {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
}

func (s *runSession) start(t *testing.T) *runSession {
	t.Helper()
	must(t, s.Start())
	t.Cleanup(func() { s.Process.Kill() })
	go func() {
		defer close(s.done)
		_ = s.Wait() // how it ended is looked at later
	}()
	return s
}

// end waits for the end, and finds that it has this status: as a shell tells it, 128 and the number of the signal for a signal.
func (s *runSession) end(t *testing.T, status int) *runSession {
	t.Helper()
	select {
	case <-s.done:
	case <-time.After(patience):
		t.Fatal("exectrail does not end")
	}
	if got := shellStatus(s.ProcessState); got != status {
		t.Errorf("the status is %d, want %d; it said:\n%s", got, status, s.said(t))
	}
	return s
}

// runs starts it, and waits for its end.
func (s *runSession) runs(t *testing.T, status int) *runSession {
	t.Helper()
	return s.start(t).end(t, status)
}

func shellStatus(state *os.ProcessState) int {
	status, ok := state.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}

// ended reports whether it has.
func (s *runSession) ended() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

func (s *runSession) signal(t *testing.T, signal syscall.Signal) {
	t.Helper()
	must(t, s.Process.Signal(signal))
}

// recorded returns what was saved, of which nothing may be missing.
func (s *runSession) recorded(t *testing.T) *lives.Run {
	t.Helper()
	file, err := os.Open(s.trail)
	must(t, err)
	defer file.Close()
	run, err := trail.Read(file)
	must(t, err)
	if run.Lost+run.Omitted != 0 || run.Recorded == 0 {
		t.Errorf("%d events were recorded, %d lost, %d left out", run.Recorded, run.Lost, run.Omitted)
	}
	return run
}

// says finds a text in what it said.
func (s *runSession) says(t *testing.T, text string) {
	t.Helper()
	if said := s.said(t); !strings.Contains(said, text) {
		t.Errorf("it does not say %q:\n%s", text, said)
	}
}

// said returns what came on stderr, and printed what did on stdout, that of the command included.
func (s *runSession) said(t *testing.T) string    { return contentOf(t, s.Stderr) }
func (s *runSession) printed(t *testing.T) string { return contentOf(t, s.Stdout) }

func contentOf(t *testing.T, w io.Writer) string {
	t.Helper()
	file, ok := w.(*os.File)
	if !ok {
		t.Fatalf("%T is no file", w)
	}
	content, err := os.ReadFile(file.Name())
	must(t, err)
	return string(content)
}

// awaitLog waits until the command has written a line that begins with some words to descriptor 3, and returns the rest of it.
func (s *runSession) awaitLog(t *testing.T, words string) []string {
	t.Helper()
	var rest []string
	await(t, "the line "+words, func() bool {
		for _, line := range s.logged(t) {
			if text, ok := strings.CutPrefix(line+" ", words+" "); ok {
				rest = strings.Fields(text)
				return true
			}
		}
		return false
	})
	return rest
}

// logged returns the whole lines that were written to descriptor 3.
func (s *runSession) logged(t *testing.T) []string {
	t.Helper()
	content, err := os.ReadFile(s.log)
	must(t, err)
	lines := strings.Split(string(content), "\n")
	return lines[:len(lines)-1]
}

// await waits until something is so that must come.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("there was not: %s", what)
		}
	}
}

// alive reports whether a process is there, and not a zombie that nobody has waited for.
func alive(pid int) bool {
	stat, err := os.ReadFile(procFile(pid, "stat"))
	_, state, _ := strings.Cut(string(stat), ") ")
	return err == nil && state[0] != 'Z' && state[0] != 'X'
}

// reaped reports whether a process is gone, and whoever started it has waited for it.
func reaped(pid int) bool {
	_, err := os.Stat(procFile(pid, "stat"))
	return errors.Is(err, os.ErrNotExist)
}

func procFile(pid int, name string) string { return fmt.Sprintf("/proc/%d/%s", pid, name) }

func atoi(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	must(t, err)
	return n
}

// processOf returns a process of a run, which must be there once.
func processOf(t *testing.T, run *lives.Run, pid int) *lives.Process {
	t.Helper()
	var found *lives.Process
	for i := range run.Processes {
		if p := &run.Processes[i]; int(p.PID) == pid {
			if found != nil {
				t.Errorf("process %d is there twice", pid)
			}
			found = p
		}
	}
	if found == nil {
		t.Fatalf("process %d is not among the %d that were recorded", pid, len(run.Processes))
	}
	return found
}

// parentOf returns the process id of the parent that was recorded; 0 for none.
func parentOf(run *lives.Run, p *lives.Process) int {
	if p.Parent < 0 {
		return 0
	}
	return int(run.Processes[p.Parent].PID)
}

// executed returns what a process executed, by the paths.
func executed(p *lives.Process) []string {
	var paths []string
	for i := range p.Programs {
		paths = append(paths, p.Programs[i].Executable)
	}
	return paths
}
