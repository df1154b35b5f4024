package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/testenv"
)

// eachPlan records with each plan for failed execs that the kernel has: the probe's TestPlans finds
// that these are all that it could have.
func eachPlan(t *testing.T, test func(t *testing.T, plan exectrail.AttachPlan)) {
	t.Helper()
	if reason := obstacle(); reason != "" {
		testenv.Skip(t, "%s", reason)
	}
	tried := 0
	for _, plan := range []exectrail.AttachPlan{exectrail.AttachFexit, exectrail.AttachKprobe, exectrail.AttachTracepoint} {
		if err := possible(t, plan); err != nil {
			t.Logf("%s is not possible here: %v", plan, err)
			continue
		}
		tried++
		t.Run(string(plan), func(t *testing.T) { test(t, plan) })
	}
	if tried == 0 {
		t.Error("no plan is possible")
	}
}

// possible returns why a plan is not possible here.
func possible(t *testing.T, plan exectrail.AttachPlan) error {
	t.Helper()
	tracer, err := exectrail.Open(t.Context(), exectrail.WithFailed(plan), exectrail.WithBufferSize(1<<20))
	if err != nil {
		return err
	}
	return tracer.Close()
}

// failure is a case of the trigger failing.c, and what is known of it beforehand.
type failure struct {
	name  string
	errno unix.Errno
	cause event.FailureCause
	// gone tells that the cause cannot be found when the process is gone: the descriptor is, too.
	gone bool
	// unreadable tells that the arguments cannot be read, and absent that a program must sleep for that.
	unreadable, absent bool
	check              func(*testing.T, *event.ExecFailed)
}

func failures() []failure {
	list := []failure{
		{name: "missing", errno: unix.ENOENT, cause: event.CauseNoFile},
		{name: "relative", errno: unix.ENOENT, cause: event.CauseNoFile},
		{name: "directory", errno: unix.EACCES, cause: event.CauseDirectory},
		{name: "descriptor", errno: unix.ENOENT, cause: event.CauseNoFile, gone: true},
		{name: "empty-path", errno: unix.EACCES, cause: event.CauseDirectory, gone: true},
		{name: "long", errno: unix.ENOENT, cause: event.CauseNoFile, check: func(t *testing.T, e *event.ExecFailed) {
			if len(e.Args.Raw) < 32<<10 {
				t.Errorf("%d bytes of the arguments are there, want 32 KiB at least", len(e.Args.Raw))
			}
		}},
		{name: "many", errno: unix.ENOENT, cause: event.CauseNoFile, check: func(t *testing.T, e *event.ExecFailed) {
			if len(e.Args.Raw) < 32<<10 || !e.ArgsUnmeasured {
				t.Errorf("%d bytes of the arguments are there, and there are more: %v", len(e.Args.Raw), e.ArgsUnmeasured)
			}
		}},
		{name: "too-long", errno: unix.E2BIG, cause: event.CauseArgumentsTooLong},
		{name: "no-arguments", errno: unix.ENOENT, cause: event.CauseNoFile},
		{name: "bad-filename", errno: unix.EFAULT, cause: event.CauseBadAddress, check: func(t *testing.T, e *event.ExecFailed) {
			if !e.FilenameUnreadable {
				t.Error("the file name is not marked as unreadable")
			}
		}},
		{name: "bad-arguments", errno: unix.EFAULT, cause: event.CauseBadAddress, unreadable: true, check: wantUnreadable},
		{name: "bad-string", errno: unix.EFAULT, cause: event.CauseBadAddress, unreadable: true, check: wantUnreadable},
		{name: "untouched", errno: unix.ENOENT, cause: event.CauseNoFile, absent: true},
		{name: "half-touched", errno: unix.ENOENT, cause: event.CauseNoFile, absent: true},
		{name: "thread", errno: unix.ENOENT, cause: event.CauseNoFile},
	}
	if runtime.GOARCH == "amd64" {
		list = append(list, failure{name: "int80", errno: unix.ENOENT, cause: event.CauseNoFile, check: func(t *testing.T, e *event.ExecFailed) {
			if !e.Compat {
				t.Error("it is not marked as a 32-bit call")
			}
		}})
	}
	return list
}

func wantUnreadable(t *testing.T, e *event.ExecFailed) {
	if !e.ArgsUnreadable {
		t.Error("the arguments are not marked as unreadable")
	}
}

// TestFailures compares failed execs with what the program that made them passed and got back.
func TestFailures(t *testing.T) {
	eachPlan(t, func(t *testing.T, plan exectrail.AttachPlan) {
		var log bytes.Buffer
		debug := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		r := open(t, exectrail.WithFailed(plan), exectrail.WithExits(), exectrail.WithForks(), exectrail.WithLogger(debug))
		sleeps := plan == exectrail.AttachFexit && !strings.Contains(log.String(), "must not sleep")
		go r.read()
		if got, err := r.tracer.FailedPlan(); got != plan || err != nil {
			t.Errorf("the plan is %q, %v", got, err)
		}
		for _, f := range failures() {
			t.Run(f.name, func(t *testing.T) {
				o := r.run(t, command(t, "failing", f.name))
				failed := of[*event.ExecFailed](o.events)
				if len(failed) != 1 {
					t.Fatalf("%d failed execs were recorded, want 1", len(failed))
				}
				e, w := failed[0], o.single(t)
				checkCall(t, e, w)
				if e.ArgsUnreadable && !f.unreadable && (sleeps || !f.absent) {
					t.Error("the arguments could not be read")
				}
				checkCaller(t, e, of[*event.Exec](o.events)[0])
				if tid := uint32(w.number(t, "tid", 10)); e.CallerTID != tid {
					t.Errorf("thread %d called, want %d", e.CallerTID, tid)
				}
				if e.Errno != uint32(f.errno) || e.Code != unix.ErrnoName(f.errno) ||
					e.Cause != f.cause && !(f.gone && e.Cause == event.CauseUnknown) {
					t.Errorf("it failed with %d %s, %v: want %s, %v", e.Errno, e.Code, e.Cause, unix.ErrnoName(f.errno), f.cause)
				}
				if f.check != nil {
					f.check(t, e)
				}
			})
		}
		t.Run("flood", func(t *testing.T) { failInLoop(t, r) })
		t.Run("check", func(t *testing.T) { askInVain(t, r) })
		r.stop(t)
		// From 7.0 on the kernel skips the program of a tracepoint where another run of it was preempted: this one
		// runs for any system call, and nobody knows which of them was skipped.
		if c := r.stats.Failed; c.BufferFull != 0 || c.Recursion != 0 && plan != exectrail.AttachTracepoint {
			t.Errorf("the account is %+v", c)
		}
	})
}

// checkCall compares a failed exec with what the caller says of it.
func checkCall(t *testing.T, e *event.ExecFailed, w witness) {
	t.Helper()
	got := fmt.Sprintf("%s %q dirfd=%d flags=%d errno=%d", e.Call(), e.Filename, e.DirFD, e.Flags, e.Errno)
	want := fmt.Sprintf("%s %q dirfd=%s flags=%s errno=%s",
		w.fields["call"], w.fields["filename"], w.fields["dirfd"], w.fields["flags"], w.fields["errno"])
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var argv []byte
	for _, arg := range w.args {
		argv = append(append(argv, arg...), 0)
	}
	if incomplete := e.ArgsUnreadable || e.ArgsUnmeasured; incomplete {
		if !bytes.HasPrefix(argv, e.Args.Raw) {
			t.Errorf("the arguments begin with %q, which were not passed", e.Args.Raw)
		}
		return
	}
	if e.Args.Size != uint64(len(argv)) || e.ArgCount != uint32(len(w.args)) {
		t.Errorf("%d arguments of %d bytes were recorded, %d of %d were passed", e.ArgCount, e.Args.Size, len(w.args), len(argv))
	}
	if whole := len(argv) <= 32<<10; whole && !bytes.Equal(e.Args.Raw, argv) || !bytes.HasPrefix(argv, e.Args.Raw) {
		t.Errorf("got %d bytes of arguments that differ from the %d that were passed", len(e.Args.Raw), len(argv))
	}
}

// checkCaller compares what a failed exec tells of the caller with what its own exec told.
func checkCaller(t *testing.T, e *event.ExecFailed, own *event.Exec) {
	t.Helper()
	got, want := e.Attempt, own.Attempt
	for _, a := range []*event.Attempt{&got, &want} {
		a.CallerTID, a.Filename, a.Args, a.ArgCount, a.TextCut = 0, nil, event.Strings{}, 0, false
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the caller is\n%+v, want\n%+v", got, want)
	}
	if p := e.Process; p.Key != own.Process.Key || p.ExecID != own.Process.ExecID || p.Executable != string(own.Executable) {
		t.Errorf("the caller is %+v, want %+v", p, own.Process)
	}
}

// failInLoop has a process that fails thousands of times: each one is there, in its place, with its arguments.
func failInLoop(t *testing.T, r *recorder) {
	const execs = 2000
	o := r.run(t, command(t, "failing", "flood", strconv.Itoa(execs)))
	failed := of[*event.ExecFailed](o.events)
	if len(failed) != execs {
		t.Fatalf("%d of %d failed execs were recorded", len(failed), execs)
	}
	for i, e := range failed {
		if want := []string{"flood", strconv.Itoa(i)}; !slices.Equal(e.Args.Slice(), want) || e.Code != "ENOENT" {
			t.Fatalf("number %d is %q with %s", i, e.Args.Slice(), e.Code)
		}
	}
}

// askInVain asks the kernel whether a file may be executed: a no is no failed exec.
func askInVain(t *testing.T, r *recorder) {
	testenv.NeedsKernel(t, 6, 14)
	o := r.run(t, command(t, "failing", "check"))
	if w := o.single(t); w.fields["errno"] != strconv.Itoa(int(unix.EACCES)) {
		t.Errorf("the kernel answers with error %s", w.fields["errno"])
	}
	if failed := of[*event.ExecFailed](o.events); len(failed) != 0 {
		t.Errorf("got %+v", failed[0])
	}
}

// TestFailedByDefault finds that failed execs are recorded without being asked for where that
// slows nothing else, and never when they are not wanted.
func TestFailedByDefault(t *testing.T) {
	r := record(t, exectrail.WithExits(), exectrail.WithForks())
	plan, err := r.tracer.FailedPlan()
	free := plan == exectrail.AttachFexit || plan == exectrail.AttachKprobe
	switch {
	case plan == "" && err == nil, free && err != nil, plan == exectrail.AttachTracepoint:
		t.Errorf("the plan is %q, %v", plan, err)
	case plan == "" && (possible(t, exectrail.AttachFexit) == nil || possible(t, exectrail.AttachKprobe) == nil):
		t.Error("there is a plan that slows nothing else, and it is not used")
	}
	o := r.run(t, command(t, "failing", "missing"))
	r.stop(t)
	if n := len(of[*event.ExecFailed](o.events)); n == 1 != free {
		t.Errorf("%d failed execs were recorded by plan %q", n, plan)
	}

	r = record(t, exectrail.WithoutFailed(), exectrail.WithExits(), exectrail.WithForks())
	o = r.run(t, command(t, "failing", "missing"))
	r.stop(t)
	if n := len(of[*event.ExecFailed](o.events)); n != 0 {
		t.Errorf("%d failed execs were recorded that were not wanted", n)
	}
}

// TestImpossiblePlan asks for plans one by one: an error names those that are possible.
func TestImpossiblePlan(t *testing.T) {
	eachPlan(t, func(t *testing.T, possible exectrail.AttachPlan) {
		for _, plan := range []exectrail.AttachPlan{exectrail.AttachFexit, exectrail.AttachKprobe} {
			tracer, err := exectrail.Open(t.Context(), exectrail.WithFailed(plan))
			if err == nil {
				tracer.Close()
				continue
			}
			var h interface{ Hint() string }
			if !errors.As(err, &h) || !bytes.Contains([]byte(h.Hint()), []byte("--attach "+string(possible))) {
				t.Errorf("%s: %v does not tell of %s", plan, err, possible)
			}
		}
	})
}
