package probe

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/cilium/ebpf/rlimit"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/bpfobj"
	"github.com/exectrail/exectrail/internal/filter/term"
	"github.com/exectrail/exectrail/internal/testenv"
	"github.com/exectrail/exectrail/internal/wire"
)

// familyEnv makes the test binary a process that starts children, below which there are so many generations.
const familyEnv = "EXECTRAIL_TEST_GENERATIONS"

func TestMain(m *testing.M) {
	if n, err := strconv.Atoi(os.Getenv(familyEnv)); err == nil {
		beFamily(n)
	}
	os.Exit(m.Run())
}

// beFamily prints the id of each child. It starts another one when one has ended, and does not return.
func beFamily(generations int) {
	for generations > 0 {
		cmd := exec.Command("/proc/self/exe")
		cmd.Env = []string{familyEnv + "=" + strconv.Itoa(generations-1)}
		cmd.Stdin, cmd.Stdout = os.Stdin, os.Stdout
		if cmd.Start() != nil {
			break
		}
		fmt.Println(generations, cmd.Process.Pid)
		_ = cmd.Wait() // it was killed
	}
	io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

// family starts a process with a child that has a child, and returns their ids. Once the child is gone, it starts another one.
func family(t *testing.T) (root, child, grandchild uint32) {
	t.Helper()
	testenv.NeedsRoot(t)
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = []string{familyEnv + "=2"}
	cmd.SysProcAttr = &unix.SysProcAttr{Setpgid: true}
	end, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		unix.Kill(-cmd.Process.Pid, unix.SIGKILL)
		end.Close()
		io.Copy(io.Discard, out)
		cmd.Wait()
	})
	ids := map[int]uint32{}
	for len(ids) < 2 {
		var generations int
		var id uint32
		if _, err := fmt.Fscan(out, &generations, &id); err != nil {
			t.Fatal(err)
		}
		ids[generations] = id
	}
	return uint32(cmd.Process.Pid), ids[2], ids[1]
}

type listed struct{ id, parent wire.ID }

// find returns a process as the task iterator lists it; it is zero if there is none.
func find(t *testing.T, p *Probe, pid uint32) (found listed) {
	t.Helper()
	if err := p.Snapshot(func(record []byte) error {
		if id, parent, _ := wire.SnapshotHead(record); id.PID == pid {
			found = listed{process(id), process(parent)}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

// testProbe is loaded and not attached yet.
func testProbe(t *testing.T) *Probe {
	t.Helper()
	return testProbeSized(t, 0)
}

// testProbeSized has room in the tree for so many process ids, or all if 0.
func testProbeSized(t *testing.T, ids uint32) *Probe {
	t.Helper()
	testenv.NeedsRoot(t)
	testenv.NeedsInitialPIDNamespace(t)
	_ = rlimit.RemoveMemlock() // needed before 5.11
	k, err := readKernel()
	if err != nil {
		t.Fatal(err)
	}
	spec, err := readPrograms(k, Config{BufferSize: MinBufferSize, Logger: slog.New(slog.DiscardHandler), Terms: term.Terms{Under: 1}})
	if err != nil {
		t.Fatal(err)
	}
	if ids > 0 {
		spec.Maps[bpfobj.TracerMapTree].MaxEntries = ids
	}
	objects, err := loadPrograms(k, spec)
	if err != nil {
		t.Fatalf("%+v", err)
	}
	p := &Probe{objects: objects}
	t.Cleanup(func() { p.Close() })
	if err := p.openTasks(); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestTreeOfOrphans has a process that exits after the hooks were attached, and before user space has looked at
// what was there then: its child, which nothing leads to any more, is a member all the same.
func TestTreeOfOrphans(t *testing.T) {
	root, child, grandchild := family(t)
	p := testProbe(t)
	first := wire.ID{PID: root}
	if err := p.plant(&first); err != nil {
		t.Fatal(err)
	}
	if err := attachHooks(p.objects.hooks); err != nil {
		t.Fatal(err)
	}
	middle, last := find(t, p, child), find(t, p, grandchild)
	if middle.parent != process(first) || last.parent != middle.id {
		t.Fatalf("the processes are %+v, %+v and %+v", first, middle, last)
	}
	if err := unix.Kill(int(child), unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(testenv.Patience(10 * time.Second)); find(t, p, grandchild).parent == middle.id; {
		if time.Now().After(deadline) {
			t.Fatal("the child of a process that was killed still has it as its parent")
		}
		time.Sleep(time.Millisecond)
	}
	if err := p.grow(first); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		id   wire.ID
		want bool
	}{
		{"the first process", process(first), true},
		{"its child", last.id, true},
		{"the first one's parent", find(t, p, root).parent, false},
		{"another process with the id of the first one", wire.ID{PID: root, Start: first.Start + 1}, false},
	} {
		if got, err := p.isMember(test.id); got != test.want || err != nil {
			t.Errorf("%s: member %v, want %v (%v)", test.name, got, test.want, err)
		}
	}
}

// TestTreeTooSmall has a process with an id beyond those that the tree has room for: it is counted, and an error where
// user space meets it.
func TestTreeTooSmall(t *testing.T) {
	root, child, grandchild := family(t)
	p := testProbeSized(t, root+1)
	first := wire.ID{PID: root}
	if err := p.plant(&first); err != nil {
		t.Fatal(err)
	}
	if h, ok := p.addMember(wire.ID{PID: root + 1, Start: 1}).(interface{ Hint() string }); !ok || h.Hint() == "" {
		t.Error("no error with a hint")
	}
	if err := attachHooks(p.objects.hooks); err != nil {
		t.Fatal(err)
	}
	if err := unix.Kill(int(child), unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	// The first one creates another child, with a higher id unless they began anew meanwhile.
	var next uint32
	for deadline := time.Now().Add(testenv.Patience(10 * time.Second)); next == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no other child was created")
		}
		next = childOf(t, p, root, child)
	}
	known, err := p.isMember(find(t, p, next).id)
	if n := untracked(t, p); err != nil || known != (next < root) || n == 0 && (next > root || grandchild > root) {
		t.Errorf("process %d below %d: member %v, %d untracked (%v)", next, root, known, n, err)
	}
}

// childOf returns a child of a process that is not the one with the id other, or 0.
func childOf(t *testing.T, p *Probe, parent, other uint32) (child uint32) {
	t.Helper()
	if err := p.Snapshot(func(record []byte) error {
		if id, of, _ := wire.SnapshotHead(record); of.PID == parent && id.PID != other {
			child = id.PID
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return child
}

func untracked(t *testing.T, p *Probe) (n uint64) {
	t.Helper()
	streams, _, err := p.Counters(wire.Fork)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range streams {
		n += c.Untracked
	}
	return n
}
