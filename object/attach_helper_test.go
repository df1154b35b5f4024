package object

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	libcap "kernel.org/pub/linux/libs/security/libcap/cap"

	"github.com/exectrail/exectrail/internal/testenv"
)

// session loads and attaches an object of testdata for the time of a test.
func session(t *testing.T, file string, opts Options) *loaded {
	t.Helper()
	testenv.NeedsRoot(t)
	p, err := planTest(t, file, opts)
	if err != nil {
		t.Fatalf("plan: %v (%s)", err, hintOf(err))
	}
	l, err := p.load()
	if err != nil {
		t.Fatalf("load: %+v (%s)", err, hintOf(err))
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if err := l.attach(); err != nil {
		t.Fatalf("attach: %v (%s)", err, hintOf(err))
	}
	return l
}

// testKernel is what all plans of the tests ask: an emulated machine takes a second to list its functions.
var testKernel = sync.OnceValue(func() *kernel { return &kernel{} })

// planTest plans an object of testdata.
func planTest(t *testing.T, file string, opts Options) (*plan, error) {
	t.Helper()
	return openTestObject(t, file).planFor(testKernel(), opts)
}

func openTestObject(t *testing.T, file string) *Object {
	t.Helper()
	o, err := Open("testdata/" + file + ".elf")
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// picks chooses programs, each with a target or without.
func picks(choices ...string) []Choice {
	var all []Choice
	for _, c := range choices {
		name, target, _ := strings.Cut(c, "=")
		all = append(all, Choice{name, target})
	}
	return all
}

// hits returns how often a program ran in a process, by its own count.
func hits(t *testing.T, l *loaded, program string, pid int) uint64 {
	t.Helper()
	key := struct {
		Program [16]byte
		PID     uint32
	}{PID: uint32(pid)}
	copy(key.Program[:], program)
	var n uint64
	// A program that has not run has no count.
	_ = l.collection.Maps["hits"].Lookup(key, &n)
	return n
}

// wantHits waits until each program ran in a process.
func wantHits(t *testing.T, l *loaded, pid int, programs ...string) {
	t.Helper()
	for _, program := range programs {
		for deadline := time.Now().Add(testenv.Patience(5 * time.Second)); hits(t, l, program, pid) == 0; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Errorf("program %s did not run in process %d", program, pid)
				break
			}
		}
	}
}

// wantAttached compares what is attached with PROGRAM KIND TARGET, in any order.
func wantAttached(t *testing.T, l *loaded, want ...string) {
	t.Helper()
	missing := map[string]bool{}
	for _, w := range want {
		missing[w] = true
	}
	for _, a := range l.attachments {
		got := strings.TrimSpace(a.Program + " " + a.String())
		if !missing[got] {
			t.Errorf("attached %q", got)
		}
		delete(missing, got)
	}
	for m := range missing {
		t.Errorf("not attached: %q", m)
	}
}

const helperVariable = "EXECTRAIL_ATTACH_HELPER"

// TestAttachHelper is no test: it is what other tests start as a process.
func TestAttachHelper(t *testing.T) {
	task, ok := os.LookupEnv(helperVariable)
	if !ok {
		return
	}
	switch task {
	case "exit":
	case "call":
		// A probe at the return changes the stack, which Go must not look at meanwhile.
		runtime.LockOSThread()
		for i := range 3 {
			if attachMarker(i) != i+1 {
				t.Error("it is not what was called")
			}
		}
	case "sockets":
		useSockets(t)
	case "powerless":
		must(t, libcap.NewSet().SetProc())
		wantRefused(t, "attach_tracing", Options{Programs: picks("raw_exit")}, "missing CAP_BPF, CAP_PERFMON; run with sudo")
		wantRefused(t, "attach_net", Options{Programs: picks("socket_filter", "lookup")}, "missing CAP_BPF, CAP_NET_RAW, CAP_NET_ADMIN; run with sudo")
	case "hold":
		holdEverything(t)
	default:
		t.Fatalf("no task %q", task)
	}
}

// attachMarker is the function that probes of user space are set on.
//
//go:noinline
//go:nosplit
func attachMarker(n int) int { return n + 1 }

// helper returns a process that does a task.
func helper(t *testing.T, task string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("/proc/self/exe", "-test.run=^TestAttachHelper$")
	cmd.Env = append(os.Environ(), helperVariable+"="+task, "GOGC=off", "GODEBUG=asyncpreemptoff=1")
	return cmd
}

// runHelper runs a task to its end, and returns the id that its process had.
func runHelper(t *testing.T, task string) int {
	t.Helper()
	cmd := helper(t, task)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", task, err, out)
	}
	return cmd.Process.Pid
}

// useSockets makes the events that programs of control groups see, once it is told to.
func useSockets(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	udp, err := net.Dial("udp", "127.0.0.1:40507")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := udp.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	udp.Close()
	for _, path := range []string{"/dev/null", "/proc/sys/kernel/osrelease"} {
		if _, err := os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
}

// holdEverything keeps an object attached until it is killed, and tells when it is.
func holdEverything(t *testing.T) {
	fmt.Println(session(t, "attach_tracing", Options{Programs: everyTracing(t)}).attachments)
	_, _ = io.ReadAll(bufio.NewReader(os.Stdin))
}

// logger returns a logger, and what it was told.
func logger() (*slog.Logger, *strings.Builder) {
	var b strings.Builder
	return slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug})), &b
}

// wantRefused wants that the kernel does not load or attach programs, and that this is said in such words.
func wantRefused(t *testing.T, file string, opts Options, words string) {
	t.Helper()
	var l *loaded
	p, err := planTest(t, file, opts)
	if err == nil {
		l, err = p.load()
	}
	if err == nil {
		err = errors.Join(l.attach(), l.Close())
	}
	if err == nil || !strings.Contains(err.Error()+hintOf(err), words) {
		t.Errorf("it should be refused, and said that %s: %v (%s)", words, err, hintOf(err))
	}
}

// refuses reports whether this kernel has no way to do what a test is about, as its source in sysfs tells: that is a directory of
// perf events. Then it wants the plan to say so.
func refuses(t *testing.T, kind, file string, opts Options) bool {
	t.Helper()
	testenv.NeedsRoot(t)
	if err := unix.Access("/sys/bus/event_source/devices/"+kind, unix.F_OK); err == nil {
		return false
	}
	_, err := planTest(t, file, opts)
	if err == nil || !strings.Contains(err.Error(), "the kernel has no "+kind+"s") {
		t.Errorf("without %ss the plan says: %v", kind, err)
	}
	return true
}
