package e2e

import (
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/filter/term"
	"github.com/exectrail/exectrail/internal/testenv"
)

// A storming is a storm that runs: see test/triggers/src/storm.c.
type storming struct {
	cmd *exec.Cmd
	log *os.File
	end io.Closer
}

func startStorm(t *testing.T) *storming {
	t.Helper()
	s := &storming{cmd: exec.Command(trigger(t, "storm"), trigger(t, "nothing")), log: newWitnessFile(t)}
	s.cmd.ExtraFiles, s.cmd.Stderr = []*os.File{s.log}, os.Stderr
	end, err := s.cmd.StdinPipe()
	must(t, err)
	s.end = end
	must(t, s.cmd.Start())
	t.Cleanup(func() { end.Close() })
	return s
}

// stop ends the storm and returns its processes.
func (s *storming) stop(t *testing.T) creators {
	t.Helper()
	must(t, s.end.Close())
	must(t, s.cmd.Wait())
	return readCreators(t, s.log.Name())
}

func (c creators) has(p *event.Process) bool {
	_, ok := c[born{p.Key.PID, ticks(p.Key.Start)}]
	return ok
}

// what names an event of the storm, each process of which has one of a kind.
type what struct {
	action event.Action
	key    event.Key
}

// TestTermsUnderStorm follows what is below a process that creates others without pause, while tracers begin and end, and
// another one does the same beside it: each event of the one's processes comes, by a tracer without terms,
// and none of others.
func TestTermsUnderStorm(t *testing.T) {
	all := record(t, exectrail.WithForks(), exectrail.WithExits())
	storm, strangers := startStorm(t), startStorm(t)
	root := uint32(storm.cmd.Process.Pid)
	type session struct {
		events      []event.Event
		stats       exectrail.Stats
		from, until uint64 // CLOCK_BOOTTIME
	}
	var sessions []session
	for range testenv.Times(3, 1) {
		r := record(t, exectrail.WithTerms(term.Terms{Under: root}), exectrail.WithForks(), exectrail.WithExits())
		from := bootNow()
		time.Sleep(testenv.Patience(150 * time.Millisecond))
		until := bootNow()
		events := r.stop(t)
		sessions = append(sessions, session{events, r.stats, from, until})
	}
	members, others := storm.stop(t), strangers.stop(t)
	var truth []event.Event
	for _, e := range all.stop(t) {
		if p := subject(e); p != nil && members.has(p) {
			truth = append(truth, e)
		}
	}
	for i, s := range sessions {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			got := map[what]bool{}
			for _, e := range s.events {
				p := subject(e)
				if p == nil || !members.has(p) {
					t.Errorf("%s came, of process %+v", e.Action(), p)
					continue
				}
				got[what{e.Action(), p.Key}] = true
			}
			n := 0
			for _, e := range truth {
				if at := e.Header().Boot; at < s.from || at > s.until {
					continue
				}
				n++
				if p := subject(e); !got[what{e.Action(), p.Key}] {
					t.Errorf("%s of process %+v at %d did not come (from %d to %d)", e.Action(), p.Key, e.Header().Boot, s.from, s.until)
				}
			}
			t.Logf("%d of %d events were in time; strangers had %d processes; %d forks were filtered", n, len(s.events), len(others), s.stats.Forks.Filtered)
			if n < testenv.Times(30, 3) || s.stats.Forks.Filtered < 10 || s.stats.Untracked != 0 {
				t.Errorf("%d events in time, %d forks filtered, %d processes untracked: too few for a test, or too many", n, s.stats.Forks.Filtered, s.stats.Untracked)
			}
		})
	}
}

// TestTermsUnderOrphan follows a process whose parent exits, and which gets another one from outside of the tree.
func TestTermsUnderOrphan(t *testing.T) {
	nothing := trigger(t, "nothing")
	cmd := exec.Command(trigger(t, "gate"), "orphan", nothing, "orphan")
	end, err := cmd.StdinPipe()
	must(t, err)
	must(t, cmd.Start())
	pid := uint32(cmd.Process.Pid)
	r := record(t, exectrail.WithTerms(term.Terms{Under: pid}), exectrail.WithExits())
	if _, err := io.WriteString(end, "\n"); err != nil {
		t.Fatal(err)
	}
	var orphan uint32
	r.await(t, 0, "the exec of the orphan", func(e event.Event) bool {
		x, ok := e.(*event.Exec)
		if ok && x.Args.Len() == 2 && string(x.Executable) == nothing {
			orphan = x.PID
			return x.ParentPID != pid
		}
		return false
	})
	r.await(t, 0, "the exit of the orphan", func(e event.Event) bool {
		x, ok := e.(*event.Exit)
		return ok && x.Process.Key.PID == orphan
	})
	must(t, end.Close())
	must(t, cmd.Wait())
	execute(t, exec.Command(nothing, "outside"))
	for _, e := range r.stop(t) {
		if x, ok := e.(*event.Exec); ok && string(x.Executable) == nothing && x.PID != orphan {
			t.Errorf("an exec from outside of the tree came: %q", x.Args.Raw)
		}
	}
}

// TestTermsUnderNothing refuses to follow what is below a process that is not there.
func TestTermsUnderNothing(t *testing.T) {
	trigger(t, "nothing") // for its checks of the machine
	cmd := exec.Command(trigger(t, "nothing"))
	must(t, cmd.Run())
	tracer, err := exectrail.Open(t.Context(), exectrail.WithTerms(term.Terms{Under: uint32(cmd.Process.Pid)}))
	if err == nil {
		tracer.Close()
		t.Fatal("no error")
	}
	if h, ok := err.(interface{ Hint() string }); !ok || h.Hint() == "" {
		t.Errorf("it does not tell what to do: %v", err)
	}
}
