package enrich

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/procfs"
)

func newProc(t *testing.T) *Proc {
	t.Helper()
	p, err := NewProc()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// startOf returns when a process was started, in ns after boot, as exact as /proc tells it.
func startOf(t *testing.T, pid int) uint64 {
	t.Helper()
	proc, err := procfs.NewProc(pid)
	if err != nil {
		t.Fatal(err)
	}
	stat, err := proc.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return stat.Starttime * uint64(userTick)
}

func TestDescribeSelf(t *testing.T) {
	start := startOf(t, os.Getpid())
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	directory, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	comm, err := os.ReadFile("/proc/self/comm")
	if err != nil {
		t.Fatal(err)
	}
	// The kernel's time is finer than that of /proc.
	for _, at := range []uint64{start, start + uint64(userTick) - 1} {
		d, ok := newProc(t).Describe(uint32(os.Getpid()), at)
		if !ok {
			t.Fatal("not found")
		}
		if want := strings.Join(os.Args, "\x00") + "\x00"; string(d.Args) != want {
			t.Errorf("arguments: got %q, want %q", d.Args, want)
		}
		if d.Executable != executable || d.Directory != directory {
			t.Errorf("got %s in %s, want %s in %s", d.Executable, d.Directory, executable, directory)
		}
		if d.ParentPID != uint32(os.Getppid()) || d.Comm+"\n" != string(comm) {
			t.Errorf("got %q with the parent %d, want %q and %d", d.Comm, d.ParentPID, comm, os.Getppid())
		}
	}
}

func TestDescribeAnother(t *testing.T) {
	start := startOf(t, os.Getpid())
	for name, other := range map[string]struct {
		pid   uint32
		start uint64
	}{
		"no such process":            {1 << 30, start},
		"no process at all":          {0, 0},
		"one that was there before":  {uint32(os.Getpid()), start - 1},
		"one that will be there yet": {uint32(os.Getpid()), start + uint64(userTick)},
	} {
		if d, ok := newProc(t).Describe(other.pid, other.start); ok || d.Args != nil || d.Executable != "" {
			t.Errorf("%s: got %+v", name, d)
		}
	}
	var none *Proc
	if d, ok := none.Describe(uint32(os.Getpid()), start); ok {
		t.Errorf("without /proc: got %+v", d)
	}
}

// TestDescribeOdd has a process with empty arguments, and with its executable and directory removed.
func TestDescribeOdd(t *testing.T) {
	dir := t.TempDir()
	shell := filepath.Join(dir, "a shell")
	binary, err := os.ReadFile("/bin/sh")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(shell, binary, 0o755); err != nil {
		t.Fatal(err)
	}
	here := filepath.Join(dir, "here")
	if err := os.Mkdir(here, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(shell, "-c", "read line", "", "a\nb", "", "")
	cmd.Dir = here
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer stdin.Close()
	if err := os.Remove(shell); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(here); err != nil {
		t.Fatal(err)
	}
	d, ok := newProc(t).Describe(uint32(cmd.Process.Pid), startOf(t, cmd.Process.Pid))
	if !ok {
		t.Fatal("not found")
	}
	if want := shell + "\x00-c\x00read line\x00\x00a\nb\x00\x00\x00"; string(d.Args) != want {
		t.Errorf("arguments: got %q, want %q", d.Args, want)
	}
	if d.Executable != shell || d.Directory != here {
		t.Errorf("got %q in %q, want %q in %q", d.Executable, d.Directory, shell, here)
	}
	if d.Comm != "a shell" {
		t.Errorf("name: got %q", d.Comm)
	}
}
