package object

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/pindir"
	"github.com/exectrail/exectrail/internal/testenv"
)

// TestCleanupPins has a bpf file system of its own, with all that can be in one.
func TestCleanupPins(t *testing.T) {
	testenv.NeedsRoot(t)
	mount := mountBPFFS(t)
	p := &places{
		tracefs:  func() (*os.Root, error) { return nil, errNoTracefs },
		bpffs:    func() ([]string, error) { return []string{mount}, nil },
		sessions: filepath.Join(mount, "exectrail"), runs: filepath.Join(mount, "exectrail-object"),
	}
	for _, at := range []string{
		"exectrail-object/4000001/m", "exectrail-object/4000002/m", "exectrail-object/notes/m",
		"exectrail/audit/m", "exectrail/+half/m", "exectrail/+making/m", "exectrail/+audit/m", "exectrail/read/m",
		"foo/a", "foo/b", "bar/a",
	} {
		pinMap(t, filepath.Join(mount, at))
	}
	for _, used := range []string{"exectrail-object/4000002", "exectrail/+making", "exectrail/read"} {
		d, err := pindir.Lock(filepath.Join(mount, used))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
	}
	want := func(pattern string, want ...string) {
		t.Helper()
		found, err := p.leftovers(pattern)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range found {
			line := fmt.Sprint(l.Kind, " ", strings.TrimPrefix(l.Name, mount+"/"))
			if l.InUse {
				line += " in use"
			}
			if l.Kept != "" {
				line += " kept"
			}
			got = append(got, line)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q finds\n%q, not\n%q", pattern, got, want)
		}
	}

	want("",
		"run exectrail-object/4000001", "run exectrail-object/4000002 in use",
		"session exectrail/+audit", "session exectrail/+half", "session exectrail/+making in use",
		"session exectrail/audit kept", "session exectrail/read in use kept")
	p.cleanupOwn(nil)
	want("",
		"run exectrail-object/4000002 in use", "session exectrail/+making in use",
		"session exectrail/audit kept", "session exectrail/read in use kept")
	for _, stays := range []string{"exectrail-object/notes/m", "exectrail/audit/m", "exectrail-object/4000002/m", "foo/a", "bar/a"} {
		if _, err := os.Stat(filepath.Join(mount, stays)); err != nil {
			t.Error(err)
		}
	}

	// What is named goes, unless it is used.
	want(mount+"/foo/*", "pin foo/a", "pin foo/b")
	if left := removeAll(t, p, mount+"/foo/*"); len(left) > 0 {
		t.Errorf("not removed: %v", left)
	}
	want(mount+"/*", "pin foo") // empty now; bar is not
	want(mount+"/exectrail/*", "session exectrail/+making in use", "session exectrail/audit", "session exectrail/read in use")
	for _, l := range removeAll(t, p, mount+"/exectrail/*") {
		if err := l.Remove(); !errors.Is(err, ErrInUse) {
			t.Errorf("%s: %v", l.Name, err)
		}
	}
	want(mount+"/exectrail/*", "session exectrail/+making in use", "session exectrail/read in use")
	want("kprobes/*")
	want(mount+"/bar/a", "pin bar/a")
}

func TestCleanupPattern(t *testing.T) {
	for _, pattern := range []string{"kprobes", "*", "a/[", "/sys/fs/bpf/["} {
		if _, err := Leftovers(pattern); !errors.Is(err, ErrPattern) {
			t.Errorf("%q: %v", pattern, err)
		}
	}
}

// TestCleanupUnmounted wants probes to be found whether tracefs is mounted or not, and by a mount that nobody sees.
func TestCleanupUnmounted(t *testing.T) {
	testenv.NeedsRoot(t)
	before, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	root, err := openDetachedTracefs()
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if _, err := root.ReadFile("uprobe_events"); err != nil {
		t.Error(err)
	}
	after, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Errorf("mounts have changed from\n%s to\n%s", before, after)
	}
}

// mountBPFFS mounts a bpf file system in a directory of the test's own.
func mountBPFFS(t *testing.T) string {
	t.Helper()
	at := t.TempDir()
	if err := unix.Mount("bpf", at, "bpf", 0, "mode=0700"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(at, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return at
}

func pinMap(t *testing.T, at string) {
	t.Helper()
	m := plainMap(t, &ebpf.MapSpec{Type: ebpf.Array, KeySize: 4, ValueSize: 4, MaxEntries: 1})
	if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := m.Pin(at); err != nil {
		t.Fatal(err)
	}
}
