package enrich

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestMappedNames(t *testing.T) {
	m := mappedNames{
		ranges: []idRange{{0, 1000, 1}, {1, 100_000, 65_536}, {70_000, 4_294_967_290, 5}},
		names:  map[uint32]string{0: "root", 1: "daemon", 65_536: "last", 70_004: "far"},
	}
	for id, want := range map[uint32]string{1000: "root", 1001: "", 0: "", 1: "", 100_000: "daemon", 165_535: "last", 165_536: "", 4_294_967_294: "far", ^uint32(0): ""} {
		if got := m.lookup(id); got != want {
			t.Errorf("%d: got %q, want %q", id, got, want)
		}
	}
}

func TestIDRanges(t *testing.T) {
	// Whatever the namespace, this process is itself in it.
	m := mappedNames{ranges: idRanges(uint32(os.Getpid()), "uid_map"), names: map[uint32]string{uint32(os.Getuid()): "me"}}
	if got := m.lookup(uint32(os.Getuid())); got != "me" {
		t.Errorf("got %q by %v", got, m.ranges)
	}
	if got := idRanges(1<<30, "uid_map"); got != nil {
		t.Errorf("got %v of no process", got)
	}
}

// TestReadOwners has files that a container made to lead out of it, or to harm who reads them.
func TestReadOwners(t *testing.T) {
	read := func(t *testing.T, prepare func(etc string)) map[uint32]string {
		t.Helper()
		root := t.TempDir()
		etc := filepath.Join(root, "etc")
		if err := os.Mkdir(etc, 0o755); err != nil {
			t.Fatal(err)
		}
		prepare(etc)
		fd, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(fd)
		return readOwners(fd, "etc/passwd")
	}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	outside := filepath.Join(t.TempDir(), "passwd")
	check(os.WriteFile(outside, []byte("out:x:1:\n"), 0o644))
	for name, prepare := range map[string]func(etc string){
		"an absolute link":        func(etc string) { check(os.Symlink(outside, etc+"/passwd")) },
		"a link that leads out":   func(etc string) { check(os.Symlink("../../../../../../../../etc/passwd", etc+"/passwd")) },
		"a directory leading out": func(etc string) { check(os.Remove(etc)); check(os.Symlink("/etc", etc)) },
		"a FIFO":                  func(etc string) { check(unix.Mkfifo(etc+"/passwd", 0o644)) },
		"a directory":             func(etc string) { check(os.Mkdir(etc+"/passwd", 0o755)) },
		"nothing":                 func(string) {},
	} {
		if got := read(t, prepare); len(got) != 0 {
			t.Errorf("%s: got %v", name, got)
		}
	}
	if got := read(t, func(etc string) {
		check(os.WriteFile(etc+"/names", []byte("app:x:7:\n"+strings.Repeat("n", 65)+":x:8:\n"), 0o644))
		check(os.Symlink("names", etc+"/passwd"))
	}); len(got) != 1 || got[7] != "app" {
		t.Errorf("of a link inside: got %v", got)
	}
	if got := read(t, func(etc string) {
		var b strings.Builder
		for i := range 100_000 {
			b.WriteString("u:x:" + string(rune('0'+i%10)) + ":\n")
		}
		check(os.WriteFile(etc+"/passwd", []byte(b.String()), 0o644))
	}); len(got) != 10 {
		t.Errorf("of a large file: got %d names", len(got))
	}
}
