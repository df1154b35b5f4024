package object

import (
	"bytes"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/testenv"
)

func TestAttachTracing(t *testing.T) {
	programs := everyTracing(t)
	l := testAttachTracing(t, programs)
	if programs != nil {
		return
	}
	if n := hits(t, l, "called", os.Getpid()); n != 1 {
		t.Errorf("the program that is called ran %d times", n)
	}
	wantAttached(t, l,
		"tracepoint_exec tracepoint sched/sched_process_exec", "tp_exit tracepoint sched/sched_process_exit",
		"raw_tp_exec raw_tp sched_process_exec", "raw_exit raw_tp sched_process_exit",
		"tp_btf_exec tp_btf sched_process_exec", "sampled perf_event cpu-clock:99hz", "called syscall", "each_task iter task")
	if last := l.attachments[len(l.attachments)-1]; last.Program != "called" {
		t.Errorf("the last one is %v", last)
	}
}

// everyTracing picks those programs of attach_tracing that the kernel has: before 5.14 none that is called.
func everyTracing(t *testing.T) []Choice {
	t.Helper()
	if testenv.KernelBefore(t, 5, 14) {
		return picks("tracepoint_exec", "tp_exit", "raw_tp_exec", "raw_exit", "tp_btf_exec", "sampled", "each_task")
	}
	return nil
}

func testAttachTracing(t *testing.T, programs []Choice) *loaded {
	t.Helper()
	l := session(t, "attach_tracing", Options{Programs: programs})
	pid := runHelper(t, "exit")
	wantHits(t, l, pid, "tracepoint_exec", "tp_exit", "raw_tp_exec", "raw_exit", "tp_btf_exec")
	if n := hits(t, l, "tracepoint_exec", pid); n != 1 {
		t.Errorf("one exec was counted %d times", n)
	}

	// A clock does not tick for who sleeps.
	for deadline := time.Now().Add(testenv.Patience(10 * time.Second)); hits(t, l, "sampled", os.Getpid()) == 0; {
		if time.Now().After(deadline) {
			t.Error("a process that computes was not sampled")
			break
		}
	}

	it := l.iterators["each_task"]
	if it == nil {
		t.Fatal("no iterator")
	}
	r, err := it.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if lines := bytes.Count(text, []byte("task\n")); lines < 2 {
		t.Errorf("%d tasks", lines)
	}
	return l
}

func TestAttachPicked(t *testing.T) {
	l := session(t, "attach_tracing", Options{
		Programs: picks("optional_exit", "tp_btf_exec=sched_process_exit", "tp/sched/sched_process_exit", "raw_tp_exec", "raw_tp_exec=sched_process_exit"),
	})
	wantAttached(t, l, "optional_exit tp_btf sched_process_exit", "tp_btf_exec tp_btf sched_process_exit",
		"tp_exit tracepoint sched/sched_process_exit", "raw_tp_exec raw_tp sched_process_exec", "raw_tp_exec raw_tp sched_process_exit")
	pid := runHelper(t, "exit")
	wantHits(t, l, pid, "optional_exit", "tp_btf_exec", "tp_exit", "raw_tp_exec")
	if n := len(l.collection.Programs); n != 4 {
		t.Errorf("%d programs are loaded", n)
	}
}

func TestAttachPerfEvent(t *testing.T) {
	l := session(t, "attach_tracing", Options{
		Programs: picks("sampled=page-faults", "sampled=context-switches:1", "sampled=task-clock:1000hz"), PID: os.Getpid(),
	})
	before := hits(t, l, "sampled", os.Getpid())
	page := os.Getpagesize()
	mem, err := unix.Mmap(-1, 0, 64*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Munmap(mem)
	for i := 0; i < len(mem); i += page {
		mem[i] = 1
	}
	runtime.KeepAlive(mem)
	if n := hits(t, l, "sampled", os.Getpid()) - before; n < 16 {
		t.Errorf("of 64 page faults it saw %d", n)
	}
	child := runHelper(t, "exit")
	if n := hits(t, l, "sampled", child); n > 0 && child == os.Getpid() {
		t.Errorf("it saw %d events of another process", n)
	}
}

func TestAttachAlone(t *testing.T) {
	log, told := logger()
	programs := picks("attached", "no_target", "message", "redirected", "notes", "tail")
	for _, opts := range []Options{{Logger: log}, {Programs: programs, Logger: log}} {
		l := session(t, "attach_alone", opts)
		pid := runHelper(t, "exit")
		wantHits(t, l, pid, "attached")
		attached := 1
		if len(opts.Programs) > 0 {
			wantHits(t, l, pid, "tail")
			attached++
		} else if n := hits(t, l, "tail", pid); n != 0 {
			t.Error("a program that others call is attached though it was not picked")
		}
		if len(l.attachments) != attached {
			t.Errorf("attached %v", l.attachments)
		}
		for name, loaded := range map[string]bool{
			"attached": true, "no_target": true, "message": true, "notes": true, "tail": true,
			"no_function": false, "replacement": false, "unknown": false,
		} {
			if (l.collection.Programs[name] != nil) != loaded {
				t.Errorf("program %s: loaded is not %v", name, loaded)
			}
		}
	}
	for _, want := range []string{"program=message", "program=replacement", "program=unknown", "--program no_target=TARGET"} {
		if !strings.Contains(told.String(), want) {
			t.Errorf("nobody is told of %q:\n%s", want, told)
		}
	}
	_, err := planTest(t, "attach_alone", Options{Programs: picks("no_target", "message")})
	if err == nil || !strings.Contains(err.Error(), "no program of the object can be attached") {
		t.Errorf("nothing to attach: %v", err)
	}
	_, err = planTest(t, "attach_alone", Options{Programs: picks("attached", "replacement")})
	if err == nil || !strings.Contains(err.Error(), "another program") {
		t.Errorf("a program that was picked and cannot be loaded: %v", err)
	}
}
