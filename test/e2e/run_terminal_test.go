package e2e

import (
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A seat is where somebody sits at a terminal and has a shell run `exectrail run` in the foreground.
type seat struct {
	*runSession
	keys *os.File
	job  int // the process id of exectrail, which is the shell's job
	seen chan string
}

func sitDown(t *testing.T, args ...string) *seat {
	t.Helper()
	s := newRun(t, args...)
	keys, terminal := newTerminal(t)
	jobs := trigger(t, "jobs")
	s.Path, s.Args = jobs, append([]string{jobs, s.Path}, s.Args[1:]...)
	s.Stdin, s.Stdout, s.Stderr = terminal, terminal, terminal
	at := &seat{runSession: s, keys: keys, seen: make(chan string, 1)}
	must(t, s.Start())
	t.Cleanup(func() { s.Process.Kill() })
	must(t, terminal.Close())
	go func() {
		// It fails when nobody has the terminal open any more.
		shown, _ := io.ReadAll(keys)
		at.seen <- string(shown)
	}()
	go func() {
		defer close(s.done)
		_ = s.Wait() // what it says of the job is what counts
	}()
	at.job = atoi(t, s.awaitLog(t, "job")[0])
	t.Cleanup(func() { syscall.Kill(-at.job, unix.SIGKILL) })
	return at
}

func (at *seat) types(t *testing.T, key string) {
	t.Helper()
	_, err := io.WriteString(at.keys, key)
	must(t, err)
}

const (
	ctrlC         = "\x03"
	ctrlZ         = "\x1a"
	ctrlBackslash = "\x1c"
)

// inForeground returns the process group in the foreground.
func (at *seat) inForeground(t *testing.T) int {
	t.Helper()
	group, err := unix.IoctlGetInt(int(at.keys.Fd()), unix.TIOCGPGRP)
	must(t, err)
	return group
}

// leaves waits for the end of the job, and returns what the terminal showed.
func (at *seat) leaves(t *testing.T, status int) string {
	t.Helper()
	if got := atoi(t, at.awaitLog(t, "ended")[0]); got != status {
		t.Errorf("the status is %d, want %d", got, status)
	}
	select {
	case shown := <-at.seen:
		return shown
	case <-time.After(patience):
		t.Fatal("somebody keeps the terminal open")
		return ""
	}
}

// count returns how many lines like this the command or the shell wrote.
func (at *seat) count(t *testing.T, line string) int {
	t.Helper()
	n := 0
	for _, l := range at.logged(t) {
		if l == line || strings.HasPrefix(l, line+" ") {
			n++
		}
	}
	return n
}

// TestRunTerminal types the keys that signal to what is in the foreground.
func TestRunTerminal(t *testing.T) {
	t.Run("Ctrl-C is handled", func(t *testing.T) {
		at := sitDown(t, "--", trigger(t, "hears"))
		command := atoi(t, at.awaitLog(t, "ready")[0])
		for n := 1; n <= 2; n++ {
			at.types(t, ctrlC)
			await(t, "the signal", func() bool { return at.count(t, "signal 2") == n })
		}
		at.types(t, ctrlBackslash)
		at.awaitLog(t, "signal 3")
		must(t, syscall.Kill(command, unix.SIGTERM))
		shown := at.leaves(t, 7)
		// By the kernel, and by nobody else.
		if n, all := at.count(t, "signal 2 0"), at.count(t, "signal"); n != 2 || all != 4 || at.count(t, "signal 3 0") != 1 {
			t.Errorf("the command got %q", at.logged(t))
		}
		if !strings.Contains(shown, "exit 7") || !strings.Contains(shown, "events recorded") {
			t.Errorf("it shows %q", shown)
		}
	})
	t.Run("Ctrl-C ends the command", func(t *testing.T) {
		at := sitDown(t, "--", "sh", "-c", "echo ready >&3; exec sleep 60")
		at.awaitLog(t, "ready")
		await(t, "the sleep", func() bool { return nameOf(childOf(t, at.job)) == "sleep" })
		at.types(t, ctrlC)
		if shown := at.leaves(t, 128+int(unix.SIGINT)); !strings.Contains(shown, "events recorded") {
			t.Errorf("it shows %q", shown)
		}
		if p := &at.recorded(t).Processes[0]; p.Signal != int(unix.SIGINT) {
			t.Errorf("the command ended by signal %d", p.Signal)
		}
	})
	t.Run("Ctrl-Z", func(t *testing.T) {
		at := sitDown(t, "--", trigger(t, "hears"))
		command := atoi(t, at.awaitLog(t, "ready")[0])
		for n := 1; n <= 2; n++ {
			at.types(t, ctrlZ)
			await(t, "the stop of both", func() bool { return at.count(t, "stopped") == n && isStopped(at.job) && isStopped(command) })
			must(t, syscall.Kill(-at.job, unix.SIGCONT))
			await(t, "both to go on", func() bool {
				return at.count(t, "continued") == n && at.count(t, "signal 18") >= n && !isStopped(at.job) && !isStopped(command)
			})
		}
		must(t, syscall.Kill(command, unix.SIGTERM))
		at.leaves(t, 7)
		if n := at.count(t, "stopped"); n != 2 {
			t.Errorf("the shell saw %q", at.logged(t))
		}
	})
	t.Run("the command is stopped", func(t *testing.T) {
		at := sitDown(t, "--", trigger(t, "hears"))
		command := atoi(t, at.awaitLog(t, "ready")[0])
		must(t, syscall.Kill(command, unix.SIGSTOP))
		at.awaitLog(t, "stopped")
		must(t, syscall.Kill(-at.job, unix.SIGCONT))
		await(t, "both to go on", func() bool {
			return at.count(t, "continued") == 1 && at.count(t, "signal 18") >= 1 && !isStopped(at.job) && !isStopped(command)
		})
		must(t, syscall.Kill(command, unix.SIGTERM))
		at.leaves(t, 7)
	})
	t.Run("only exectrail goes on", func(t *testing.T) {
		at := sitDown(t, "--", trigger(t, "hears"))
		command := atoi(t, at.awaitLog(t, "ready")[0])
		must(t, syscall.Kill(command, unix.SIGSTOP))
		at.awaitLog(t, "stopped")
		must(t, syscall.Kill(at.job, unix.SIGCONT))
		await(t, "the command to go on", func() bool { return !isStopped(command) })
		must(t, syscall.Kill(command, unix.SIGTERM))
		at.leaves(t, 7)
	})
	t.Run("a shell with jobs of its own", func(t *testing.T) {
		at := sitDown(t, "--", "sh", "-i")
		shell := 0
		await(t, "the shell", func() bool { shell = childOf(t, at.job); return nameOf(shell) == "sh" })
		for n, key := range []string{ctrlC, ctrlZ} {
			at.types(t, "sleep 60; echo slept $? >&3\n")
			await(t, "the sleep", func() bool { return nameOf(childOf(t, shell)) == "sleep" && at.inForeground(t) == childOf(t, shell) })
			at.types(t, key)
			at.types(t, "\necho went on $? >&3\n")
			await(t, "the shell to go on", func() bool { return at.count(t, "went on") == n+1 })
		}
		stopped := childOf(t, shell)
		at.types(t, "kill -KILL %1\n")
		await(t, "the end of the sleep", func() bool { return !alive(stopped) })
		at.types(t, "exit 5\nexit 5\n") // some shells know of a stopped job still, and refuse once
		at.leaves(t, 5)
		if at.count(t, "stopped") != 0 {
			t.Errorf("the shell of the terminal saw %q", at.logged(t))
		}
		signals := map[int]int{}
		for _, p := range at.recorded(t).Processes {
			if got := executed(&p); len(got) == 1 && strings.HasSuffix(got[0], "/sleep") {
				signals[p.Signal]++
			}
		}
		if signals[int(unix.SIGINT)] != 1 || signals[int(unix.SIGKILL)] != 1 {
			t.Errorf("the sleeps ended by the signals %v", signals)
		}
	})
	t.Run("the terminal is gone", func(t *testing.T) {
		at := sitDown(t, "--", trigger(t, "hears"))
		command := atoi(t, at.awaitLog(t, "ready")[0])
		// What the kernel sends to the foreground when the shell ends.
		must(t, at.Process.Kill())
		at.awaitLog(t, "signal 1")
		must(t, syscall.Kill(command, unix.SIGTERM))
		await(t, "the end of exectrail", func() bool { return !alive(at.job) })
		at.recorded(t)
	})
	t.Run("it is the command's", func(t *testing.T) {
		at := sitDown(t, "--quiet", "--", "sh", "-c", `tty; test -t 0 && test -t 1 && test -t 2 && echo yes`)
		shown := at.leaves(t, 0)
		if lines := strings.Fields(shown); len(lines) != 2 || !strings.HasPrefix(lines[0], "/dev/pts/") || !slices.Contains(lines, "yes") {
			t.Errorf("it shows %q", shown)
		}
	})
}

func nameOf(pid int) string {
	comm, _ := os.ReadFile(procFile(pid, "comm"))
	return strings.TrimSpace(string(comm))
}

func isStopped(pid int) bool {
	stat, err := os.ReadFile(procFile(pid, "stat"))
	_, state, _ := strings.Cut(string(stat), ") ")
	return err == nil && state[0] == 'T'
}
