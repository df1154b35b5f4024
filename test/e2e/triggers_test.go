package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/testenv"
)

// oddity is a trigger, and what shows that it was recorded as the odd thing it
// is. That all of it agrees with the witness is checked for each of them.
type oddity struct {
	name    string
	program string // the trigger; its name if it is empty
	args    []string
	copied  bool // gets a target of its own, since it removes it
	check   func(*testing.T, *event.Exec, witness)
}

func oddities() []oddity {
	return []oddity{
		{name: "plain", check: plainExec},
		{name: "memfd", check: memfdExec},
		{name: "dirfd", check: func(t *testing.T, e *event.Exec, w witness) {
			if !strings.HasPrefix(string(e.Filename), "/dev/fd/") {
				t.Errorf("the file name is %q: no directory descriptor was used", e.Filename)
			}
		}},
		{name: "unlinked", copied: true, check: func(t *testing.T, e *event.Exec, w witness) {
			if !e.File.Deleted || e.File.Links != 0 || e.File.Memfd {
				t.Errorf("the file is %+v, want a deleted one without links", e.File)
			}
		}},
		{name: "relative", check: func(t *testing.T, e *event.Exec, w witness) {
			if filepath.IsAbs(string(e.Filename)) {
				t.Errorf("the file name is %q: it is not relative", e.Filename)
			}
		}},
		{name: "thread", check: threadExec},
		{name: "vfork", check: func(t *testing.T, e *event.Exec, w witness) {
			if e.Process.Parent == nil || e.Process.Parent.Name != "vfork" {
				t.Errorf("the parent is %+v, want the trigger", e.Process.Parent)
			}
		}},
		{name: "script", args: []string{"1"}, check: scriptExec},
		{name: "script of a script", program: "script", args: []string{"2"}, check: scriptExec},
		{name: "deepest script", program: "script", args: []string{"5"}, check: scriptExec},
		{name: "disguise", check: func(t *testing.T, e *event.Exec, w witness) {
			if bytes.Contains(e.Executable, []byte("sshd")) || e.Args.Slice()[0] != "/usr/sbin/sshd" {
				t.Errorf("%s runs as %q", e.Executable, e.Args.Slice()[0])
			}
		}},
		{name: "escapes"},
		{name: "empty_arguments", check: func(t *testing.T, e *event.Exec, w witness) {
			if want := []string{"", "a", "", "", "b", ""}; !slices.Equal(e.Args.Slice(), want) {
				t.Errorf("the arguments are %q, want %q", e.Args.Slice(), want)
			}
		}},
		{name: "no_arguments"},
		{name: "long_argument", check: func(t *testing.T, e *event.Exec, w witness) {
			if args := e.Args.Slice(); len(args[1]) != 100_000 || args[2] != "marker" {
				t.Errorf("%d bytes and %q, want 100000 and the marker", len(args[1]), args[2])
			}
		}},
		{name: "many_arguments"},
		{name: "huge", check: func(t *testing.T, e *event.Exec, w witness) {
			if e.Args.Size < 6_200_000 {
				t.Errorf("%d bytes of arguments: the kernel takes more", e.Args.Size)
			}
		}},
		{name: "untouched"},
		{name: "no_directory", check: func(t *testing.T, e *event.Exec, w witness) {
			if _, removed := w.path("cwd"); !removed {
				t.Errorf("the working directory is %q: it was not removed", w.fields["cwd"])
			}
		}},
	}
}

// TestTriggers has each odd exec recorded as it happens, by one tracer.
func TestTriggers(t *testing.T) {
	r := record(t, exectrail.WithForks(), exectrail.WithExits())
	for _, o := range oddities() {
		t.Run(o.name, func(t *testing.T) { o.test(t, r) })
	}
	t.Run("int80", func(t *testing.T) { testInt80(t, r) })
	t.Run("32-bit program", func(t *testing.T) { testThirtyTwo(t, r) })
	t.Run("check", func(t *testing.T) { testCheck(t, r) })
	events := r.stop(t)
	checkReads(t, events, r.stats.ShortReads)
}

// checkReads finds that nothing is missing of an exec, and that each read that failed is told of. That can happen where the exec failed,
// too: its arguments lie in the memory of a running program, and the kernel may be moving them to a huge page just then. The trigger
// "huge" has many, and asks for too much first.
func checkReads(t *testing.T, events []event.Event, failed uint64) {
	t.Helper()
	var told uint64
	for _, e := range events {
		switch e := e.(type) {
		case *event.Exec:
			if n := e.Args.Missing(); n != 0 {
				t.Errorf("of the arguments of %s, process %d, %d bytes are missing", e.Filename, e.PID, n)
			}
		case *event.ExecFailed:
			if e.ArgsUnreadable || e.FilenameUnreadable {
				told++
			}
		}
	}
	if failed != told {
		t.Errorf("%d reads of a program's memory failed, and %d are told of", failed, told)
	}
}

func (o oddity) test(t *testing.T, r *recorder) {
	program := o.program
	if program == "" {
		program = o.name
	}
	target := trigger(t, "target")
	if o.copied {
		original := target
		target = filepath.Join(publicDir(t), "target")
		copyFile(t, original, target)
	}
	ran := r.run(t, command(t, program, append([]string{target}, o.args...)...))
	e, w := ran.target(t), ran.single(t)
	compare(t, e, w)
	compareDescent(t, ran, e)
	compareTime(t, ran, e)
	if o.check != nil {
		o.check(t, e, w)
	}
}

// compareDescent finds that the process of the trigger came from this one, and
// that its two programs are told apart.
func compareDescent(t *testing.T, ran outcome, e *event.Exec) {
	t.Helper()
	p := of[*event.Exec](ran.events)[0].Process
	if p.Key.PID != ran.pid || p.Parent == nil || p.Parent.Key.PID != uint32(os.Getpid()) {
		t.Errorf("the trigger is %+v with the parent %+v, want %d of %d", p, p.Parent, ran.pid, os.Getpid())
	}
	if e.Process.EntityID == "" || e.Process.EntityID == p.EntityID {
		t.Errorf("two programs have the entity ids %q and %q", p.EntityID, e.Process.EntityID)
	}
	if e.PID == ran.pid {
		if e.Previous == nil || e.Previous.EntityID != p.EntityID || e.Process.Key != p.Key {
			t.Errorf("the program before is %+v, want %+v", e.Previous, p)
		}
		if e.Process.ExecID != p.ExecID+1 {
			t.Errorf("the exec has number %d after %d", e.Process.ExecID, p.ExecID)
		}
	}
	want := filepath.Base(ran.cmd.Path)
	if got := string(e.PreviousComm); got != want[:min(len(want), 15)] {
		t.Errorf("the name before was %q, want %q", got, want)
	}
	exits := 0
	for _, exit := range of[*event.Exit](ran.events) {
		if exit.Process.Key == e.Process.Key {
			exits++
			if exit.Process.EntityID != e.Process.EntityID {
				t.Errorf("the exit is of %s, want %s", exit.Process.EntityID, e.Process.EntityID)
			}
		}
	}
	if exits != 1 {
		t.Errorf("the target ended %d times", exits)
	}
}

// compareTime finds the exec between the moments at which its trigger was
// started and had ended, by both clocks.
func compareTime(t *testing.T, ran outcome, e *event.Exec) {
	t.Helper()
	if e.Boot < ran.began || e.Boot > ran.ended {
		t.Errorf("the time is %d, want one from %d to %d", e.Boot, ran.began, ran.ended)
	}
	// Both clocks are read here, one after the other: their offset is known to some microseconds.
	offset := time.Now().UnixNano() - int64(bootNow())
	if off := e.Time.UnixNano() - int64(e.Boot) - offset; off < -1e7 || off > 1e7 {
		t.Errorf("the wall clock was %s, which is %d ns off", e.Time, off)
	}
}

func plainExec(t *testing.T, e *event.Exec, _ witness) {
	if e.CallerTID != e.PID || len(e.Interpreter) != 0 || e.PrivilegesRaised {
		t.Errorf("thread %d of %d, interpreter %q, privileges raised: %v", e.CallerTID, e.PID, e.Interpreter, e.PrivilegesRaised)
	}
}

func memfdExec(t *testing.T, e *event.Exec, w witness) {
	if !e.File.Memfd || !strings.HasPrefix(w.fields["exe"], "/memfd:") {
		t.Errorf("the file is %+v, want a memfd; the program calls it %q", e.File, w.fields["exe"])
	}
}

// The last argument is the id of the thread, as it knew it before the exec.
func threadExec(t *testing.T, e *event.Exec, w witness) {
	if got, want := fmt.Sprint(e.CallerTID), w.args[len(w.args)-1]; got != want || e.CallerTID == e.PID {
		t.Errorf("thread %s of %d called exec, want %s", got, e.PID, want)
	}
}

func scriptExec(t *testing.T, e *event.Exec, w witness) {
	if got, want := string(e.Interpreter), string(e.Executable); got != want {
		t.Errorf("the interpreter is %q, want %q", got, want)
	}
	if bytes.Equal(e.Filename, e.Executable) {
		t.Errorf("the file name is %q: that is no script", e.Filename)
	}
}

func testInt80(t *testing.T, r *recorder) {
	if _, err := os.Stat(filepath.Join(os.Getenv(triggersEnv), "int80")); err != nil {
		t.Skip("this processor has no such gate")
	}
	ran := r.run(t, command(t, "int80", trigger(t, "target")))
	if len(readWitnesses(t, ran.log())) == 0 {
		testenv.Skip(t, "the kernel has no 32-bit system calls (CONFIG_IA32_EMULATION)")
	}
	compare(t, ran.target(t), ran.single(t))
	compareDescent(t, ran, ran.target(t))
}

// testThirtyTwo runs a program of 32 bits. It writes down its arguments and nothing else.
func testThirtyTwo(t *testing.T, r *recorder) {
	program := filepath.Join(os.Getenv(triggersEnv), "thirtytwo")
	if _, err := os.Stat(program); err != nil {
		t.Skip("this processor has no programs of 32 bits")
	}
	ran := r.run(t, command(t, "plain", program, "", "bits"))
	truth, err := os.ReadFile(ran.log())
	if err != nil {
		t.Fatal(err)
	}
	if len(truth) == 0 {
		testenv.Skip(t, "the kernel has no 32-bit system calls (CONFIG_IA32_EMULATION)")
	}
	e := ran.target(t)
	compareStrings(t, "argv", e.Args, e.ArgCount, strings.Split(strings.TrimSuffix(string(truth), "\x00"), "\x00"))
	compareDescent(t, ran, e)
	if string(e.Executable) != program || string(e.Filename) != program {
		t.Errorf("%s was run as %s, want %s", e.Executable, e.Filename, program)
	}
}

// testCheck finds one exec of the target: three times it was only asked for.
func testCheck(t *testing.T, r *recorder) {
	requireKernel(t, 6, 14)
	ran := r.run(t, command(t, "check", trigger(t, "target")))
	compare(t, ran.target(t), ran.single(t))
	compareDescent(t, ran, ran.target(t))
}
