package e2e

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/testenv"
)

// daemonized is a command that leaves a daemon behind.
type daemonized struct {
	*runSession
	hold                    *os.File // the daemon executes its program once this is closed
	command, middle, daemon int
	target                  string
}

func startDaemon(t *testing.T, flags ...string) *daemonized {
	t.Helper()
	target := trigger(t, "target")
	s := newRun(t, append(flags, "--", trigger(t, "daemon"), target, "as", "daemon")...)
	ends := pipe(t)
	s.ExtraFiles = append(s.ExtraFiles, ends[0])
	d := &daemonized{runSession: s.start(t), hold: ends[1], target: target}
	must(t, ends[0].Close())
	for role, pid := range map[string]*int{"command": &d.command, "middle": &d.middle, "daemon": &d.daemon} {
		*pid = atoi(t, s.awaitLog(t, role)[0])
	}
	t.Cleanup(func() {
		ends[1].Close()
		await(t, "the end of the daemon", func() bool { return !alive(d.daemon) })
	})
	return d
}

// check finds the three, each created by the one before, and the daemon to have executed something since it was one.
func (d *daemonized) check(t *testing.T, programs []string, running bool) {
	t.Helper()
	run := d.recorded(t)
	parent := 0
	for _, pid := range []int{d.command, d.middle, d.daemon} {
		p := processOf(t, run, pid)
		if got := parentOf(run, p); got != parent {
			t.Errorf("the parent of %d is %d, want %d", pid, got, parent)
		}
		if want := !running || pid != d.daemon; p.Ended() != want {
			t.Errorf("that process %d ended is told: %v, want %v", pid, p.Ended(), want)
		}
		parent = pid
	}
	if len(run.Processes) != 3 {
		t.Errorf("%d processes, want 3", len(run.Processes))
	}
	if got := executed(processOf(t, run, d.daemon)); !slices.Equal(got, programs) {
		t.Errorf("the daemon executed %q, want %q", got, programs)
	}
}

// TestRunDaemon has a process that is of the tree of the command by its birth alone.
func TestRunDaemon(t *testing.T) {
	t.Run("left", func(t *testing.T) {
		d := startDaemon(t)
		d.end(t, 0)
		if !alive(d.daemon) {
			t.Error("the daemon ended with the command")
		}
		d.check(t, []string{trigger(t, "daemon")}, true)
		d.says(t, "1 running")
	})
	t.Run("waited for", func(t *testing.T) {
		d := startDaemon(t, "--wait-tree")
		await(t, "the end of the command", func() bool { return reaped(d.command) })
		time.Sleep(50 * time.Millisecond)
		if d.ended() {
			t.Fatal("it did not wait")
		}
		must(t, d.hold.Close())
		d.end(t, 0)
		d.check(t, []string{trigger(t, "daemon"), d.target}, false)
		if strings.Contains(d.said(t), "running") {
			t.Errorf("it says:\n%s", d.said(t))
		}
	})
	t.Run("not waited for any longer", func(t *testing.T) {
		d := startDaemon(t, "--wait-tree")
		await(t, "the end of the command", func() bool { return reaped(d.command) })
		time.Sleep(50 * time.Millisecond) // until all of exectrail knows, too
		d.signal(t, unix.SIGINT)
		d.end(t, 0)
		d.check(t, []string{trigger(t, "daemon")}, true)
		d.says(t, "1 running")
	})
}

// TestRunOrphans waits for the last of many, each of which lost its parent before it did anything.
func TestRunOrphans(t *testing.T) {
	n := testenv.Times(200, 20)
	s := newRun(t, "--wait-tree", "--", trigger(t, "tree"), trigger(t, "nothing"), "orphans", fmt.Sprint(n)).runs(t, 0)
	checkTree(t, s, n+1)
}

// TestRunTree has a tree of thousands of processes.
func TestRunTree(t *testing.T) {
	deep, wide := testenv.Times(300, 30), testenv.Times(4700, 400)
	s := newRun(t, "--", trigger(t, "tree"), trigger(t, "nothing"), "deep", fmt.Sprint(deep), "wide", fmt.Sprint(wide)).runs(t, 0)
	checkTree(t, s, deep+wide+1)
	// Each was forked but the first one, and ended.
	execs := wide + 2
	events := deep + wide + execs + deep + wide + 1
	s.says(t, fmt.Sprintf("%s processes, %s execs", grouped(deep+wide+1), grouped(execs)))
	s.says(t, fmt.Sprintf("%s of %[1]s events recorded", grouped(events)))
}

// grouped returns a number as people read it, which has less than seven digits here.
func grouped(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// checkTree compares with what each process of a tree wrote down itself.
func checkTree(t *testing.T, s *runSession, want int) {
	t.Helper()
	run := s.recorded(t)
	lines := s.logged(t)
	if len(lines) != want || len(run.Processes) != want {
		t.Fatalf("%d processes were recorded, and %d wrote that they were there, want %d", len(run.Processes), len(lines), want)
	}
	recorded := make(map[int]*lives.Process, want)
	for i := range run.Processes {
		recorded[int(run.Processes[i].PID)] = &run.Processes[i]
	}
	for i, line := range lines {
		var pid, creator int
		var how string
		if _, err := fmt.Sscan(line, &pid, &creator, &how); err != nil {
			t.Fatalf("parse %q: %v", line, err)
		}
		p := recorded[pid]
		if p == nil {
			t.Fatalf("process %d was not recorded", pid)
		}
		if got := parentOf(run, p); got != creator && i > 0 {
			t.Errorf("the parent of %d is %d, want %d", pid, got, creator)
		}
		if (len(p.Programs) == 1) != (how == "exec") || !p.Ended() || !p.OK() {
			t.Errorf("process %d executed %q and ended: %v, want %s", pid, executed(p), p.Ended(), how)
		}
		if i == 0 && (creator != s.Process.Pid || p != &run.Processes[0] || p.Parent >= 0) {
			t.Errorf("the command has the parent %d, want %d, and is told with the parent %d", creator, s.Process.Pid, p.Parent)
		}
	}
}

// TestRunOdd has commands that execute something in another way than most.
func TestRunOdd(t *testing.T) {
	target := trigger(t, "target")
	for name, how := range map[string]struct {
		commandExecs bool // the target, itself
	}{"vfork": {false}, "thread": {true}, "memfd": {true}} {
		t.Run(name, func(t *testing.T) {
			s := newRun(t, "--", trigger(t, name), target).runs(t, 0)
			witnesses := readWitnesses(t, s.log)
			if len(witnesses) != 1 {
				t.Fatalf("%d programs bore witness", len(witnesses))
			}
			w := witnesses[0]
			run := s.recorded(t)
			p := processOf(t, run, int(w.number(t, "pid", 10)))
			if parent := int(w.number(t, "ppid", 10)); how.commandExecs {
				if p.Parent >= 0 || parent != s.Process.Pid || len(run.Processes) != 1 || len(p.Programs) != 2 {
					t.Errorf("its parent is %d, it executed %q, and there are %d processes", parent, executed(p), len(run.Processes))
				}
			} else if got := parentOf(run, p); got != parent || len(run.Processes) != 2 || len(p.Programs) != 1 {
				t.Errorf("its parent is %d, want %d; it executed %q, and there are %d processes", got, parent, executed(p), len(run.Processes))
			}
			last := p.Programs[len(p.Programs)-1]
			if exe, _ := w.path("exe"); last.Executable != exe || !slices.Equal(last.Args, w.args) || last.Directory != w.fields["cwd"] {
				t.Errorf("it executed %s with %q in %s, want %s, %q, %s", last.Executable, last.Args, last.Directory, exe, w.args, w.fields["cwd"])
			}
		})
	}
}

// TestRunKilled has exectrail killed: before the command begins nothing runs, and later the command goes on.
func TestRunKilled(t *testing.T) {
	t.Run("before", func(t *testing.T) {
		s := newRun(t, "--", trigger(t, "hears")).start(t)
		waiting := 0
		await(t, "a process that waits", func() bool {
			waiting = childOf(t, s.Process.Pid)
			return waiting != 0
		})
		s.signal(t, unix.SIGKILL)
		s.end(t, 128+int(unix.SIGKILL))
		await(t, "the end of the process that waits", func() bool { return !alive(waiting) })
		if lines := s.logged(t); len(lines) > 0 {
			t.Errorf("the command ran: %q", lines)
		}
	})
	t.Run("after", func(t *testing.T) {
		s := newRun(t, "--", trigger(t, "hears")).start(t)
		command := atoi(t, s.awaitLog(t, "ready")[0])
		s.signal(t, unix.SIGKILL)
		s.end(t, 128+int(unix.SIGKILL))
		must(t, syscall.Kill(command, unix.SIGTERM))
		s.awaitLog(t, "signal 15")
		await(t, "the end of the command", func() bool { return !alive(command) })
	})
}

// childOf returns a child of a process; 0 for none.
func childOf(t *testing.T, pid int) int {
	t.Helper()
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	must(t, err)
	for _, task := range tasks {
		// A thread that has ended by now has no children.
		children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, task.Name()))
		if words := strings.Fields(string(children)); len(words) > 0 {
			return atoi(t, words[0])
		}
	}
	return 0
}
