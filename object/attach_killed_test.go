package object

import (
	"bufio"
	"errors"
	"maps"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/pindir"
	"github.com/exectrail/exectrail/internal/testenv"
)

// TestAttachKilled kills a process that has attached every kind of program that this kernel has: nothing of it stays.
func TestAttachKilled(t *testing.T) {
	testenv.NeedsRoot(t)
	before := inKernel(t)
	cmd := helper(t, "hold")
	stdout, err := cmd.StdoutPipe()
	must(t, err)
	_, err = cmd.StdinPipe() // it ends when that does
	must(t, err)
	cmd.Stderr = os.Stderr
	must(t, cmd.Start())
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil || !strings.Contains(line, "sched_process_exec") {
		t.Fatalf("the process that attaches said %q: %v", line, err)
	}
	during := added(before, inKernel(t))
	for kind, least := range map[string]int{"program": 6, "map": 1, "link": 2} {
		n := 0
		for what := range during {
			if what.kind == kind {
				n++
			}
		}
		if n < least {
			t.Errorf("before it was killed it had %d of kind %s, want at least %d", n, kind, least)
		}
	}
	must(t, cmd.Process.Kill())
	var status *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &status) {
		t.Fatalf("it ended before it was killed: %v", err)
	}
	var left map[kernelID]bool
	for deadline := time.Now().Add(testenv.Patience(5 * time.Second)); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		// Others may make theirs meanwhile.
		now := inKernel(t)
		left = maps.Clone(during)
		maps.DeleteFunc(left, func(what kernelID, _ bool) bool { return !now[what] })
		if len(left) == 0 {
			return
		}
	}
	t.Errorf("it left %v", left)
}

// A kernelID is that of a program, map or link.
type kernelID struct {
	kind string
	id   uint32
}

func added(before, now map[kernelID]bool) map[kernelID]bool {
	more := maps.Clone(now)
	maps.DeleteFunc(more, func(what kernelID, _ bool) bool { return before[what] })
	return more
}

// inKernel returns the programs, maps and links that there are.
func inKernel(t *testing.T) map[kernelID]bool {
	t.Helper()
	all := map[kernelID]bool{}
	for id, err := ebpf.ProgramGetNextID(0); ; id, err = ebpf.ProgramGetNextID(id) {
		if errors.Is(err, os.ErrNotExist) {
			break
		}
		must(t, err)
		all[kernelID{"program", uint32(id)}] = true
	}
	for id, err := ebpf.MapGetNextID(0); ; id, err = ebpf.MapGetNextID(id) {
		if errors.Is(err, os.ErrNotExist) {
			break
		}
		must(t, err)
		all[kernelID{"map", uint32(id)}] = true
	}
	links := new(link.Iterator)
	defer links.Close()
	for links.Next() {
		all[kernelID{"link", uint32(links.ID)}] = true
	}
	must(t, links.Err())
	return all
}

// ownPins has a bpf file system of the test's own where it belongs. The thread ends with the test.
func ownPins(t *testing.T) {
	t.Helper()
	testenv.NeedsRoot(t)
	runtime.LockOSThread()
	must(t, unix.Unshare(unix.CLONE_NEWNS))
	must(t, unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""))
	must(t, unix.Mount("bpf", pindir.BPFFS, "bpf", 0, ""))
}

func TestAttachPins(t *testing.T) {
	ownPins(t)
	load := func(opts Options) *loaded {
		t.Helper()
		p, err := planTest(t, "attach_pins", opts)
		must(t, err)
		l, err := p.load()
		must(t, err)
		return l
	}
	first, second := load(Options{}), load(Options{})
	for _, l := range []*loaded{first, second} {
		private := l.pins.directory.At("")
		if !strings.HasPrefix(private, pindir.Runs+"/") || !pindir.Locked(private) {
			t.Errorf("private pins in %s", private)
		}
		m, err := ebpf.LoadPinnedMap(l.pins.directory.At("kept"), nil)
		must(t, err)
		m.Close()
	}
	must(t, first.Close())
	must(t, second.Close())
	if _, err := os.Stat(pindir.Runs); !os.IsNotExist(err) {
		t.Errorf("private pins are left: %v", err)
	}

	// What is pinned in a place that was named stays, and is gone on with.
	dir := pindir.BPFFS + "/mine"
	l := load(Options{PinPath: dir})
	must(t, l.collection.Maps["kept"].Put(uint32(0), uint64(77)))
	must(t, l.Close())
	l = load(Options{PinPath: dir})
	var n uint64
	must(t, l.collection.Maps["kept"].Lookup(uint32(0), &n))
	must(t, l.Close())
	if n != 77 {
		t.Errorf("the map that stayed has %d", n)
	}
	if _, err := planTest(t, "attach_pins", Options{PinPath: t.TempDir()}); err != nil {
		t.Error(err)
	}
	p, err := planTest(t, "attach_pins", Options{PinPath: t.TempDir()})
	must(t, err)
	if _, err := p.load(); err == nil || !strings.Contains(hintOf(err), pindir.BPFFS) {
		t.Errorf("a place for pins that is none: %v (%s)", err, hintOf(err))
	}
}

// TestAttachBuffers loads buffers of sizes that the kernel would refuse.
func TestAttachBuffers(t *testing.T) {
	ownPins(t)
	l := session(t, "attach_pins", Options{})
	page := uint32(os.Getpagesize())
	for name, want := range map[string]uint32{"odd": max(8192, page), "sizeless": defaultRing, "perf": uint32(ebpf.MustPossibleCPU())} {
		if n := l.collection.Maps[name].MaxEntries(); n != want {
			t.Errorf("%s has the size %d, want %d", name, n, want)
		}
	}
	runHelper(t, "exit")
	var n uint64
	must(t, l.collection.Maps["kept"].Lookup(uint32(0), &n))
	if n == 0 {
		t.Error("the program did not run")
	}
}
