package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// newSession has the program in a session of its own, without a terminal.
func newSession(s *runSession) *runSession {
	s.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return s
}

// TestRunSignals sends exectrail signals, and looks at what the command gets of them.
func TestRunSignals(t *testing.T) {
	t.Run("handled", func(t *testing.T) {
		s := newSession(newRun(t, "--", trigger(t, "hears"))).start(t)
		s.awaitLog(t, "ready")
		want := s.logged(t)
		// One after the other, for the order of those that wait is the kernel's.
		for _, n := range []syscall.Signal{unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGUSR1, unix.SIGUSR2, unix.SIGHUP, unix.SIGTERM} {
			s.signal(t, n)
			want = append(want, fmt.Sprintf("signal %d %d", n, s.Process.Pid))
			await(t, n.String(), func() bool { return len(s.logged(t)) >= len(want) })
		}
		s.end(t, 7)
		if got := s.logged(t); !slices.Equal(got, want) {
			t.Errorf("the command got %q, want %q", got, want)
		}
		s.recorded(t)
		s.says(t, "exit 7")
	})
	for _, n := range []syscall.Signal{unix.SIGINT, unix.SIGTERM, unix.SIGHUP} {
		t.Run("of "+n.String(), func(t *testing.T) {
			s := newSession(newRun(t, "--", "sh", "-c", `echo ready $$ >&3; exec sleep 60`)).start(t)
			s.awaitLog(t, "ready")
			s.signal(t, n)
			s.end(t, 128+int(n))
			if p := &s.recorded(t).Processes[0]; syscall.Signal(p.Signal) != n {
				t.Errorf("the command ended by signal %d", p.Signal)
			}
		})
	}
}

// TestRunNohup finds that signals which are ignored stay so.
func TestRunNohup(t *testing.T) {
	s := newRun(t, "--wait-tree", "--", trigger(t, "daemon"), trigger(t, "target"))
	ends := pipe(t)
	s.ExtraFiles = append(s.ExtraFiles, ends[0])
	underNohup(t, s)
	s.start(t)
	daemon, command := atoi(t, s.awaitLog(t, "daemon")[0]), atoi(t, s.awaitLog(t, "command")[0])
	must(t, ends[0].Close())
	if got := ignoredSignals(t, daemon); got&(1<<(unix.SIGHUP-1)) == 0 {
		t.Errorf("the command ignores %x", got)
	}
	await(t, "the end of the command", func() bool { return reaped(command) })
	time.Sleep(50 * time.Millisecond)
	s.signal(t, unix.SIGHUP)
	time.Sleep(50 * time.Millisecond)
	must(t, ends[1].Close())
	s.end(t, 0)
	if got := executed(processOf(t, s.recorded(t), daemon)); len(got) != 2 {
		t.Errorf("the daemon executed %q: a signal that is ignored has ended the recording", got)
	}
}

// underNohup has it started by nohup(1).
func underNohup(t *testing.T, s *runSession) {
	t.Helper()
	path, err := exec.LookPath("nohup")
	must(t, err)
	s.Path, s.Args = path, append([]string{"nohup", s.Path}, s.Args[1:]...)
}

func ignoredSignals(t *testing.T, pid int) uint64 {
	t.Helper()
	status, err := os.ReadFile(procFile(pid, "status"))
	must(t, err)
	for line := range strings.Lines(string(status)) {
		if text, ok := strings.CutPrefix(line, "SigIgn:"); ok {
			n, err := strconv.ParseUint(strings.TrimSpace(text), 16, 64)
			must(t, err)
			return n
		}
	}
	t.Fatal("the kernel does not tell what is ignored")
	return 0
}
