package e2e

import (
	"errors"
	"os"
	"os/exec"
	"testing"

	"github.com/exectrail/exectrail/event"
)

// outcome is what a command did, and what was recorded of it.
type outcome struct {
	cmd          *exec.Cmd
	pid          uint32
	began, ended uint64 // CLOCK_BOOTTIME before the start and after the end
	events       []event.Event
}

// command prepares a trigger. What it and its children write to descriptor 3 is kept.
func command(t testing.TB, name string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(trigger(t, name), args...)
	cmd.Dir = publicDir(t)
	cmd.ExtraFiles = []*os.File{newWitnessFile(t)}
	return cmd
}

// run runs a command to its end, and waits until that was recorded: then all
// that the command and its descendants did until then was, for the kernel
// records in order. The recorder must have been asked for forks and exits.
func (r *recorder) run(t *testing.T, cmd *exec.Cmd) outcome {
	t.Helper()
	position := r.position()
	o := outcome{cmd: cmd, began: bootNow()}
	var exit *exec.ExitError
	if output, err := cmd.CombinedOutput(); err != nil && !errors.As(err, &exit) {
		t.Fatalf("run %s: %v\n%s", cmd.Path, err, output)
	} else if len(output) > 0 {
		t.Logf("%s: %s", cmd.Path, output)
	}
	o.ended = bootNow()
	o.pid = uint32(cmd.Process.Pid)
	r.await(t, position, "the exit of "+cmd.Path, func(e event.Event) bool {
		exit, ok := e.(*event.Exit)
		return ok && exit.Process.Key.PID == o.pid
	})
	o.events = family(r.since(position), o.pid)
	return o
}

// family returns the events of a process and of all its descendants.
func family(events []event.Event, pid uint32) []event.Event {
	members := map[uint32]bool{pid: true}
	var list []event.Event
	for _, e := range events {
		p := subject(e)
		if p == nil {
			continue
		}
		if _, ok := e.(*event.Fork); ok && p.Parent != nil && members[p.Parent.Key.PID] {
			members[p.Key.PID] = true
		}
		if members[p.Key.PID] {
			list = append(list, e)
		}
	}
	return list
}

// subject returns the process that an event is about, or nil.
func subject(e event.Event) *event.Process {
	switch e := e.(type) {
	case *event.Exec:
		return e.Process
	case *event.ExecFailed:
		return e.Process
	case *event.Fork:
		return e.Process
	case *event.Exit:
		return e.Process
	}
	return nil
}

// of returns the events of one kind.
func of[E event.Event](events []event.Event) []E {
	var list []E
	for _, e := range events {
		if e, ok := e.(E); ok {
			list = append(list, e)
		}
	}
	return list
}

// log returns the path of what the command and its children wrote to descriptor 3.
func (o outcome) log() string { return o.cmd.ExtraFiles[0].Name() }

// single returns the only witness.
func (o outcome) single(t testing.TB) witness {
	t.Helper()
	list := readWitnesses(t, o.log())
	if len(list) != 1 {
		t.Fatalf("%d programs bore witness, want 1", len(list))
	}
	return list[0]
}

// target returns the exec of the program that bore witness, which must be the
// only one beside that of the trigger itself.
func (o outcome) target(t testing.TB) *event.Exec {
	t.Helper()
	execs := of[*event.Exec](o.events)
	if len(execs) != 2 {
		for _, e := range execs {
			t.Logf("exec of %s by %d", e.Executable, e.PID)
		}
		t.Fatalf("%d execs were recorded, want that of %s and that of the target", len(execs), o.cmd.Path)
	}
	if got := string(execs[0].Executable); got != o.cmd.Path {
		t.Errorf("the first exec is of %s, want %s", got, o.cmd.Path)
	}
	return execs[1]
}
