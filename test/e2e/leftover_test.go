package e2e

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/bpfobj"
	"github.com/exectrail/exectrail/internal/testenv"
)

// kills is at how many moments of its life exectrail is killed.
var kills = testenv.Times(40, 6)

// TestNothingIsLeftAfterKill kills exectrail at any moment from its start, while
// it loads, attaches and lists what runs, until after it began to trace: the
// kernel keeps nothing of it.
func TestNothingIsLeftAfterKill(t *testing.T) {
	binary := exectrailBinary(t)
	mountPrivately(t)
	names := ourNames(t)
	args := []string{"--exits", "--forks", "--env", "all", "-o", "json"}

	began := time.Now()
	l := start(t, nil, args...)
	ready := time.Since(began)
	l.signal(t, os.Interrupt, 0)

	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, ready after %v", seed, ready)
	random := rand.New(rand.NewPCG(seed, 0))
	before := inKernel(t, names)
	caught := map[string]int{} // what was there when it was killed
	for i := range kills {
		cmd := exec.Command(binary, args...)
		after := time.Duration(random.Int64N(int64(ready) * 3 / 2))
		if i == 0 { // once when all is there for sure
			startCommand(t, cmd, nil)
		} else if err := cmd.Start(); err != nil {
			t.Fatal(err)
		} else {
			time.Sleep(after)
		}
		for what := range added(before, inKernel(t, names)) {
			kind, _, _ := strings.Cut(what, " ")
			caught[kind]++
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatalf("it ended before it was killed: %v", err)
		}
		cmd.Wait()
		if left := settle(t, before, names); len(left) > 0 {
			t.Errorf("killed after %v (number %d), it left %q", after, i, slices.Sorted(maps.Keys(left)))
			before = inKernel(t, names)
		}
	}
	t.Logf("of what was there when it was killed: %v", caught)
	for _, kind := range []string{"program", "map", "link"} {
		if caught[kind] == 0 {
			t.Errorf("no %s was there when it was killed: that does not show whether one stays", kind)
		}
	}
}

// settle returns what is there and was not before. The kernel frees what is no
// longer used after a while, when no processor can be in it.
func settle(t *testing.T, before map[string]bool, names map[string]bool) map[string]bool {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		left := added(before, inKernel(t, names))
		if len(left) == 0 || time.Now().After(deadline) {
			return left
		}
	}
}

func added(before, now map[string]bool) map[string]bool {
	more := maps.Clone(now)
	maps.DeleteFunc(more, func(what string, _ bool) bool { return before[what] })
	return more
}

// ourNames returns the names of the programs and maps as the kernel has them, which has room for 15 bytes.
func ourNames(t *testing.T) map[string]bool {
	t.Helper()
	spec, err := bpfobj.LoadTracer()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for name := range spec.Programs {
		names[name[:min(len(name), unix.BPF_OBJ_NAME_LEN-1)]] = true
	}
	for name := range spec.Maps {
		names[name[:min(len(name), unix.BPF_OBJ_NAME_LEN-1)]] = true
	}
	return names
}

// inKernel returns the links, programs and maps with one of the names, the
// probes in tracefs and the pins, each with its kind and id.
func inKernel(t *testing.T, names map[string]bool) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	programs := map[ebpf.ProgramID]string{}
	for id, err := ebpf.ProgramGetNextID(0); ; id, err = ebpf.ProgramGetNextID(id) {
		if errors.Is(err, os.ErrNotExist) {
			break
		}
		must(t, err)
		p, err := ebpf.NewProgramFromID(id)
		if gone(t, err) {
			continue
		}
		info, err := p.Info()
		p.Close()
		must(t, err)
		if name := info.Name[:min(len(info.Name), unix.BPF_OBJ_NAME_LEN-1)]; names[name] {
			programs[id] = name
			all[fmt.Sprintf("program %d %s", id, name)] = true
		}
	}
	for id, err := ebpf.MapGetNextID(0); ; id, err = ebpf.MapGetNextID(id) {
		if errors.Is(err, os.ErrNotExist) {
			break
		}
		must(t, err)
		m, err := ebpf.NewMapFromID(id)
		if gone(t, err) {
			continue
		}
		info, err := m.Info()
		m.Close()
		must(t, err)
		if names[info.Name] {
			all[fmt.Sprintf("map %d %s", id, info.Name)] = true
		}
	}
	for id, info := range linksInKernel(t) {
		if name := programs[info.Program]; name != "" {
			all[fmt.Sprintf("link %d to %s", id, name)] = true
		}
	}
	addFiles(t, all)
	return all
}

// linksInKernel returns all links. The iterator ends at one that is just being made: then it begins anew.
func linksInKernel(t *testing.T) map[link.ID]*link.Info {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		all := map[link.ID]*link.Info{}
		links := new(link.Iterator)
		for links.Next() {
			info, err := links.Link.Info()
			must(t, err)
			all[links.ID] = info
		}
		err := links.Err()
		links.Close()
		if errors.Is(err, unix.EAGAIN) && time.Now().Before(deadline) {
			continue
		}
		must(t, err)
		return all
	}
}

// addFiles adds the probes in tracefs and the pins.
func addFiles(t *testing.T, all map[string]bool) {
	t.Helper()
	for _, name := range []string{"dynamic_events", "kprobe_events", "uprobe_events"} {
		content, err := os.ReadFile(filepath.Join(tracefs, name))
		if !errors.Is(err, fs.ErrNotExist) { // as in a kernel without them
			must(t, err)
		}
		for line := range strings.Lines(string(content)) {
			all[name+" "+line] = true
		}
	}
	must(t, filepath.WalkDir(bpffs, func(path string, _ fs.DirEntry, err error) error {
		all["pin "+path] = true
		return err
	}))
}

const (
	tracefs = "/sys/kernel/tracing"
	bpffs   = "/sys/fs/bpf"
)

// mountPrivately has tracefs and a bpf file system where they belong, for this thread and
// what it starts. The thread ends with the test.
func mountPrivately(t *testing.T) {
	t.Helper()
	runtime.LockOSThread()
	must(t, unix.Unshare(unix.CLONE_NEWNS))
	must(t, unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""))
	for path, kind := range map[string]struct {
		name  string
		magic int64
	}{tracefs: {"tracefs", unix.TRACEFS_MAGIC}, bpffs: {"bpf", unix.BPF_FS_MAGIC}} {
		var mounted unix.Statfs_t
		must(t, unix.Statfs(path, &mounted))
		if mounted.Type != kind.magic {
			must(t, unix.Mount(kind.name, path, kind.name, 0, ""))
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// gone reports whether something went away between its id and its descriptor.
func gone(t *testing.T, err error) bool {
	t.Helper()
	if errors.Is(err, os.ErrNotExist) {
		return true
	}
	must(t, err)
	return false
}
