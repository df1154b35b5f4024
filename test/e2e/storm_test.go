package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/testenv"
)

// born is a process by its id and its start in ticks.
type born struct {
	pid   uint32
	start uint64
}

// creators tells for each process of a storm who created it.
type creators map[born]uint32

func readCreators(t *testing.T, path string) creators {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	list := creators{}
	for line := range strings.Lines(string(content)) {
		var (
			p       born
			creator uint32
		)
		if _, err := fmt.Sscan(line, &p.pid, &p.start, &creator); err != nil {
			t.Fatalf("parse %q: %v", line, err)
		}
		list[p] = creator
	}
	return list
}

// recording is what one tracer saw of a storm.
type recording struct {
	events []event.Event
	opened uint64 // CLOCK_BOOTTIME after Open
}

// TestStartUnderStorm opens tracers while processes come and go, some of which
// are created before the hooks are there, some after, and some in between:
// each that is seen has the parent that created it, and none is invented.
func TestStartUnderStorm(t *testing.T) {
	log := newWitnessFile(t)
	storm := exec.Command(trigger(t, "storm"), trigger(t, "nothing"))
	storm.ExtraFiles = []*os.File{log}
	storm.Stderr = os.Stderr
	end, err := storm.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := storm.Start(); err != nil {
		t.Fatal(err)
	}
	var recordings []recording
	for range testenv.Times(8, 1) {
		r := record(t, exectrail.WithForks(), exectrail.WithExits())
		opened := bootNow()
		time.Sleep(200 * time.Millisecond)
		recordings = append(recordings, recording{r.stop(t), opened})
	}
	end.Close()
	if err := storm.Wait(); err != nil {
		t.Fatal(err)
	}
	truth := readCreators(t, log.Name())
	for i, r := range recordings {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			truth.check(t, r, uint32(storm.Process.Pid))
		})
	}
}

// check holds what was recorded against the log of the storm, whose first process is root.
func (c creators) check(t *testing.T, r recording, root uint32) {
	t.Helper()
	forked := map[event.Key]bool{}
	for _, fork := range of[*event.Fork](r.events) {
		forked[fork.Process.Key] = true
	}
	seen, unknown := 0, 0
	for _, e := range r.events {
		p := subject(e)
		if p == nil || !c.ofStorm(p, root) {
			continue
		}
		seen++
		if exec, ok := e.(*event.Exec); ok && (p.Parent == nil || exec.ParentPID == 0) {
			t.Errorf("the parent of process %d, which execs, is not known", p.Key.PID)
		}
		for ; p != nil && p.Key.PID != root; p = p.Parent {
			creator, ok := c[born{p.Key.PID, ticks(p.Key.Start)}]
			if !ok {
				t.Fatalf("%s of process %+v (%s), which never was", e.Action(), p.Key, p.Name)
			}
			early := p.Key.Start < r.opened && !forked[p.Key]
			switch {
			case p.Parent == nil && early:
				// It was there before the hooks, and gone before the running
				// processes were listed. Its own end or its children told of it.
				unknown++
			case p.Parent == nil:
				t.Errorf("the parent of process %d is not known, though it was created after Open (at %d, %d)", p.Key.PID, p.Key.Start, r.opened)
			case p.Parent.Key.PID == root && early:
				// It may be an orphan that was found as one: nobody can tell any
				// more who created it, and its parent is the process that took it in.
			case p.Parent.Key.PID != creator:
				t.Errorf("the parent of process %d is %d, want %d", p.Key.PID, p.Parent.Key.PID, creator)
			}
		}
	}
	t.Logf("%d events of the storm, %d of them by processes of which the parent is not known", seen, unknown)
	if seen < 100 {
		t.Errorf("%d events of the storm are too few for a test", seen)
	}
	if unknown > seen/20 {
		t.Errorf("the parent is not known in %d of %d events", unknown, seen)
	}
}

// ofStorm reports whether a process belongs to the storm: it says so itself,
// or it descends from the root by what was recorded.
func (c creators) ofStorm(p *event.Process, root uint32) bool {
	if _, ok := c[born{p.Key.PID, ticks(p.Key.Start)}]; ok {
		return true
	}
	for a := range p.Ancestors {
		if a.Key.PID == root {
			return true
		}
	}
	return false
}
