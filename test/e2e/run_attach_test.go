package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/testenv"
)

// A server runs a program for each line that it is sent.
type server struct {
	*exec.Cmd
	requests *os.File
	log      string
	sent     int
}

func startServer(t *testing.T) *server {
	t.Helper()
	ends, log := pipe(t), newWitnessFile(t)
	s := &server{requests: ends[1], log: log.Name()}
	s.Cmd = exec.Command("sh", "-c", `while read line; do "$1" $line; done`, "sh", trigger(t, "target"))
	s.Stdin, s.ExtraFiles = ends[0], []*os.File{log}
	must(t, s.Start())
	t.Cleanup(func() { s.Process.Kill(); s.Wait() })
	must(t, ends[0].Close())
	return s
}

// serve sends requests, and waits until they were done.
func (s *server) serve(t *testing.T, count int) {
	t.Helper()
	for range count {
		_, err := s.requests.WriteString("request\n")
		must(t, err)
	}
	s.sent += count
	await(t, "the answers", func() bool {
		content, err := os.ReadFile(s.log)
		must(t, err)
		return strings.Count(string(content), "\x00end\x00") == s.sent
	})
}

// attach starts exectrail, and waits until it records.
func attach(t *testing.T, flags ...string) *runSession {
	t.Helper()
	s := newRun(t, flags...).start(t)
	await(t, "a recording", func() bool { return s.ended() || strings.Contains(s.said(t), "Ctrl-C ends it") })
	return s
}

// checkServed finds what the server ran but for the first ones, each with the server as its parent.
func (s *server) checkServed(t *testing.T, r *runSession, before, after int) {
	t.Helper()
	run := r.recorded(t)
	for i, w := range readWitnesses(t, s.log) {
		pid := int(w.number(t, "pid", 10))
		found := slices.ContainsFunc(run.Processes, func(p lives.Process) bool {
			return int(p.PID) == pid && slices.Contains(executed(&p), w.fields["exe"])
		})
		if want := i >= before && i < before+after; found != want {
			t.Errorf("request %d, process %d, is recorded: %v, want %v", i, pid, found, want)
		}
		if found {
			if got := parentOf(run, processOf(t, run, pid)); got != s.Process.Pid {
				t.Errorf("the parent of %d is %d, want %d", pid, got, s.Process.Pid)
			}
		}
	}
}

// TestRunAttachPID attaches to a process that serves.
func TestRunAttachPID(t *testing.T) {
	t.Run("until it ends", func(t *testing.T) {
		server := startServer(t)
		server.serve(t, 2)
		s := attach(t, "--pid", fmt.Sprint(server.Process.Pid))
		server.serve(t, 5)
		must(t, server.requests.Close())
		must(t, server.Wait())
		s.end(t, 0)
		server.checkServed(t, s, 2, 5)
		if p := processOf(t, s.recorded(t), server.Process.Pid); !p.Ended() {
			t.Error("that the server ended was not recorded")
		}
	})
	t.Run("until Ctrl-C", func(t *testing.T) {
		server := startServer(t)
		s := attach(t, "--pid", fmt.Sprint(server.Process.Pid))
		server.serve(t, 3)
		s.signal(t, unix.SIGINT)
		s.end(t, 0)
		server.serve(t, 1)
		server.checkServed(t, s, 0, 3)
	})
	t.Run("for some time", func(t *testing.T) {
		server := startServer(t)
		s := attach(t, "--pid", fmt.Sprint(server.Process.Pid), "--duration", "300ms")
		s.end(t, 0)
		server.serve(t, 1)
		if lines := s.said(t); !strings.Contains(lines, "events recorded") {
			t.Errorf("it says:\n%s", lines)
		}
	})
	t.Run("until the last of its tree ends", func(t *testing.T) {
		ends, log := pipe(t), newWitnessFile(t)
		gate := exec.Command(trigger(t, "gate"), "exec", trigger(t, "daemon"), trigger(t, "target"))
		open, err := gate.StdinPipe()
		must(t, err)
		gate.ExtraFiles = []*os.File{log, ends[0]}
		must(t, gate.Start())
		s := attach(t, "--wait-tree", "--pid", fmt.Sprint(gate.Process.Pid))
		must(t, open.Close())
		must(t, gate.Wait())
		must(t, ends[0].Close())
		s.log = log.Name()
		daemon := atoi(t, s.awaitLog(t, "daemon")[0])
		if s.ended() {
			t.Error("it did not wait")
		}
		must(t, ends[1].Close())
		s.end(t, 0)
		run := s.recorded(t)
		if p := processOf(t, run, daemon); !p.Ended() || !slices.Equal(executed(p), []string{trigger(t, "daemon"), trigger(t, "target")}) {
			t.Errorf("the daemon executed %q", executed(p))
		}
	})
}

// TestRunAttachCgroup attaches to a control group.
func TestRunAttachCgroup(t *testing.T) {
	mount := unifiedHierarchy(t)
	dir := filepath.Join(mount, "exectrail-run")
	if err := os.Mkdir(dir, 0o755); err != nil {
		testenv.Skip(t, "no control group can be made: %v", err)
	}
	t.Cleanup(func() { os.Remove(dir) })
	server, stranger := startServer(t), startServer(t)
	must(t, os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte(fmt.Sprint(server.Process.Pid)), 0))
	s := attach(t, "--cgroup", "exectrail-run")
	server.serve(t, 3)
	stranger.serve(t, 2)
	must(t, server.requests.Close())
	must(t, server.Wait())
	await(t, "an empty group", func() bool { return os.Remove(dir) == nil })
	s.end(t, 0)
	server.checkServed(t, s, 0, 3)
	stranger.checkServed(t, s, 0, 0)
}
