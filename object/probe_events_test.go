package object

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/testenv"
)

func TestCleanupParse(t *testing.T) {
	tests := []struct {
		line, want string // want is empty for a line that defines no probe
	}{
		{"p:kprobes/p_vfs_read_0 vfs_read+0 arg1=%di", "kprobes/p_vfs_read_0"},
		{"p:exectrail_0123456789abcdef/x __x64_sys_execve", "exectrail_0123456789abcdef/x"},
		{"r16:grp/ret do_sys_open", "grp/ret"},
		{"r:grp/ret do_sys_open%return", "grp/ret"},
		{"p:uprobes/p_readline /bin/my bash:0x12345(0x10)", "uprobes/p_readline"},
		{"p:with-hyphen/e x", "with-hyphen/e"},
		{"p:grp/e", "grp/e"},
		{"", ""},
		{":", ""},
		{"p", ""},
		{"p vfs_read", ""},
		{"-:grp/e", ""},
		{"f:grp/e vfs_read", ""},
		{"pp:grp/e x", ""},
		{"p:e x", ""},
		{"p:/e x", ""},
		{"p:grp/ x", ""},
		{"p:a/b/c x", ""},
		{"p:../e x", ""},
		{"p:g\x1b/e x", ""},
	}
	for _, tt := range tests {
		got := ""
		if e, ok := parseProbeEvent(tt.line); ok {
			got = e.String()
		}
		if got != tt.want {
			t.Errorf("%q is read as %q, not as %q", tt.line, got, tt.want)
		}
	}
}

func TestCleanupGroup(t *testing.T) {
	for group, own := range map[string]bool{
		"exectrail_0123456789abcdef": true, "exectrail_0123456789abcdeg": false, "exectrail_0123456789abcdef0": false,
		"exectrail_0123456789abcde": false, "exectrail": false, "my_exectrail_0123456789abcdef": false, "ebpf_0123456789abcdef": false,
		"kprobes": false,
	} {
		if got := eventGroup.MatchString(group); got != own {
			t.Errorf("%s is exectrail's own: %v", group, got)
		}
	}
}

func FuzzCleanupParse(f *testing.F) {
	f.Add("r16:grp/ret do_sys_open+0")
	f.Fuzz(func(t *testing.T, line string) {
		e, ok := parseProbeEvent(line)
		if ok && !strings.Contains(line, ":"+e.String()) {
			t.Errorf("%q is read as %q", line, e)
		}
		// What is written to remove it is one word with one slash.
		if ok && (strings.ContainsAny(e.String(), " \n\t.") || strings.Count(e.String(), "/") != 1) {
			t.Errorf("%q is no name", e)
		}
	})
}

// TestCleanupProbes has exectrail's own probes, used in two ways and unused, and one of a stranger.
func TestCleanupProbes(t *testing.T) {
	testenv.NeedsRoot(t)
	root, err := openTracefs()
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for kind, file := range probeFiles {
		if _, err := root.Stat(file); errors.Is(err, fs.ErrNotExist) && !testenv.Emulated() {
			t.Logf("this kernel has no %s", file)
			continue
		}
		t.Run(string(kind), func(t *testing.T) { testCleanupProbes(t, root, kind) })
	}
}

func testCleanupProbes(t *testing.T, root *os.Root, kind LeftoverKind) {
	// Runs of exectrail that go on at the same time remove what is exectrail's own.
	group := fmt.Sprintf("cleanup%d_own", os.Getpid())
	stranger := fmt.Sprintf("cleanup%d", os.Getpid())
	for _, e := range []probeEvent{{group, "left"}, {group, "enabled"}, {group, "open"}, {stranger, "left"}} {
		defineProbe(t, root, kind, e)
	}
	enable := path.Join("events", group, "enabled", "enable")
	if err := root.WriteFile(enable, []byte("1"), 0); err != nil {
		t.Fatal(err)
	}
	closePerf := openPerfEvent(t, root, probeEvent{group, "open"})
	places := machinePlaces()
	places.group = regexp.MustCompile("^" + group + "$")

	found, err := places.probeEvents("")
	if err != nil {
		t.Fatal(err)
	}
	results := map[string]error{}
	for _, l := range found {
		if l.Kind != kind || l.Kept != "" {
			t.Errorf("found %+v among the %ss", l, kind)
		}
		if l.InUse != (l.Name == group+"/enabled") {
			t.Errorf("%s: in use: %v", l.Name, l.InUse)
		}
		results[l.Name] = l.Remove()
	}
	if err, ok := results[group+"/left"]; err != nil || !ok {
		t.Errorf("a probe that was left: found %v, removed with error %v", ok, err)
	}
	for _, name := range []string{group + "/enabled", group + "/open"} {
		if !errors.Is(results[name], ErrInUse) {
			t.Errorf("removing %s, which is in use: %v", name, results[name])
		}
	}
	wantProbes(t, root, kind, []probeEvent{{group, "enabled"}, {group, "open"}, {stranger, "left"}}, group, stranger)

	// Once nobody uses them they go, and the stranger's only when it is named.
	if err := root.WriteFile(enable, []byte("0"), 0); err != nil {
		t.Fatal(err)
	}
	closePerf()
	var own []Leftover
	for range testenv.Times(50, 200) { // the kernel frees a perf event later
		if own = removeAll(t, places, group+"/*"); len(own) == 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	wantProbes(t, root, kind, []probeEvent{{stranger, "left"}}, group, stranger)
	removeAll(t, places, stranger+"/l*")
	wantProbes(t, root, kind, nil, group, stranger)
}

// removeAll removes what a pattern matches, and returns what it could not.
func removeAll(t *testing.T, p *places, pattern string) (left []Leftover) {
	t.Helper()
	found, err := p.leftovers(pattern)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range found {
		if l.Remove() != nil {
			left = append(left, l)
		}
	}
	return left
}

// defineProbe defines a probe that nothing runs into.
func defineProbe(t *testing.T, root *os.Root, kind LeftoverKind, e probeEvent) {
	t.Helper()
	target := "vfs_fallocate"
	if kind == UprobeEvent {
		target = filepath.Join(t.TempDir(), "code") + ":0x100"
		nop := []byte{0x90}
		if runtime.GOARCH == "arm64" {
			nop = []byte{0x1f, 0x20, 0x03, 0xd5}
		}
		if err := os.WriteFile(strings.TrimSuffix(target, ":0x100"), bytes.Repeat(nop, 4096), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	appendProbe := func(line string) error {
		f, err := root.OpenFile(probeFiles[kind], os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = f.WriteString(line)
		return err
	}
	if err := appendProbe("p:" + e.String() + " " + target); err != nil {
		t.Fatalf("define %s at %s: %v", e, target, err)
	}
	t.Cleanup(func() { appendProbe("-:" + e.String()) })
}

// openPerfEvent uses a probe as a tracing program does.
func openPerfEvent(t *testing.T, root *os.Root, e probeEvent) (stop func()) {
	t.Helper()
	text, err := root.ReadFile(path.Join("events", e.group, e.event, "id"))
	if err != nil {
		t.Fatal(err)
	}
	id, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	attr := unix.PerfEventAttr{Type: unix.PERF_TYPE_TRACEPOINT, Size: unix.PERF_ATTR_SIZE_VER1, Config: id}
	fd, err := unix.PerfEventOpen(&attr, -1, 0, -1, unix.PERF_FLAG_FD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	f := os.NewFile(uintptr(fd), "perf event")
	t.Cleanup(func() { f.Close() })
	return func() { f.Close() }
}

// wantProbes wants these of the probes in some groups.
func wantProbes(t *testing.T, root *os.Root, kind LeftoverKind, want []probeEvent, groups ...string) {
	t.Helper()
	got, err := readProbeEvents(root, kind, func(e probeEvent) bool { return slices.Contains(groups, e.group) })
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(got, func(a, b probeEvent) int { return strings.Compare(b.String(), a.String()) })
	slices.SortFunc(want, func(a, b probeEvent) int { return strings.Compare(b.String(), a.String()) })
	if !slices.Equal(got, want) {
		t.Errorf("there are %v, not %v", got, want)
	}
}
