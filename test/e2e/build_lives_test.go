package e2e

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/lives"
)

// buildLife is what one process of a build did, as it is told by whoever watched it.
type buildLife struct {
	parent uint32
	steps  []buildStep
	end    buildEnd
	ended  bool
}

// buildStep is an exec, or the attempt of one.
type buildStep struct {
	path     string // as it was passed
	argv     []string
	envCount int        // of one that did not fail
	errno    unix.Errno // 0 when it did not fail
	script   *ranScript // nil unless the file was a script; the witness does not see that
}

// ranScript is what a program received whose file was a script.
type ranScript struct {
	interpreter, directory string
	argv                   []string
}

// buildEnd is how a process ended.
type buildEnd struct {
	code   int // 0 where a signal ended it
	signal unix.Signal
	core   bool
}

func (e buildEnd) failed() bool { return e != buildEnd{} }

// buildCounts is what a report counts.
type buildCounts struct{ processes, execs, failedExecs, failedExits int }

func countLives(all map[uint32]*buildLife) buildCounts {
	var n buildCounts
	for _, l := range all {
		n.processes++
		for _, s := range l.steps {
			if s.errno == 0 {
				n.execs++
			} else {
				n.failedExecs++
			}
		}
		if l.ended && l.end.failed() {
			n.failedExits++
		}
	}
	return n
}

// compareLives finds that the same processes did the same, each in its order.
func compareLives(t *testing.T, got, want map[uint32]*buildLife) {
	t.Helper()
	for _, pid := range slices.Sorted(maps.Keys(want)) {
		g, w := got[pid], want[pid]
		if g == nil {
			t.Errorf("process %d was not recorded: %s", pid, w)
			continue
		}
		if g.parent != w.parent || g.ended != w.ended || g.end != w.end || !slices.EqualFunc(g.steps, w.steps, buildStep.equal) {
			t.Errorf("process %d was recorded as\n%s\nbut the witness has\n%s", pid, g, w)
		}
	}
	for _, pid := range slices.Sorted(maps.Keys(got)) {
		if want[pid] == nil {
			t.Errorf("process %d was recorded, and the witness has none: %s", pid, got[pid])
		}
	}
}

func (s buildStep) equal(o buildStep) bool {
	return s.path == o.path && s.errno == o.errno && s.envCount == o.envCount && slices.Equal(s.argv, o.argv)
}

func (l *buildLife) String() string {
	text := fmt.Sprintf("  parent %d", l.parent)
	for _, s := range l.steps {
		text += fmt.Sprintf("\n  %q %.200q, %d variables: errno %d", s.path, s.argv, s.envCount, s.errno)
	}
	return text + fmt.Sprintf("\n  ended: %v, %+v", l.ended, l.end)
}

// compareRun finds in what was kept of a run what its events told.
func compareRun(t *testing.T, run *lives.Run, all map[uint32]*buildLife) {
	t.Helper()
	if len(run.Processes) != len(all) {
		t.Errorf("%d processes were kept, and there are events of %d", len(run.Processes), len(all))
	}
	for i := range run.Processes {
		p := &run.Processes[i]
		l := all[p.PID]
		if l == nil {
			t.Errorf("process %d was kept, and has no event", p.PID)
			continue
		}
		if p.Parent >= 0 && run.Processes[p.Parent].PID != l.parent {
			t.Errorf("process %d: the parent that was kept is %d, want %d", p.PID, run.Processes[p.Parent].PID, l.parent)
		}
		if end := (buildEnd{p.ExitCode, unix.Signal(p.Signal), p.CoreDumped}); p.Ended() != l.ended || end != l.end {
			t.Errorf("process %d: the end that was kept is %+v, want %+v", p.PID, end, l.end)
		}
		compareKept(t, p, l)
	}
}

func compareKept(t *testing.T, p *lives.Process, l *buildLife) {
	t.Helper()
	programs, failed := p.Programs, p.Failed
	for _, s := range l.steps {
		switch {
		case s.errno != 0 && len(failed) > 0:
			f := failed[0]
			if f.Filename != s.path || unix.Errno(f.Errno) != s.errno || !slices.Equal(f.Args, s.argv) {
				t.Errorf("process %d: the failure that was kept is %q %q: %d, want %+v", p.PID, f.Filename, f.Args, f.Errno, s)
			}
			failed = failed[1:]
		case s.errno == 0 && len(programs) > 0:
			argv := s.argv
			if s.script != nil {
				argv = s.script.argv
			}
			if programs[0].Unseen || !slices.Equal(programs[0].Args, argv) {
				t.Errorf("process %d: the program that was kept is %q, want %q", p.PID, programs[0].Args, argv)
			}
			programs = programs[1:]
		default:
			t.Errorf("process %d: %+v was not kept", p.PID, s)
		}
	}
	if len(programs)+len(failed) > 0 {
		t.Errorf("process %d: %d programs and %d failures were kept that have no event", p.PID, len(programs), len(failed))
	}
}
