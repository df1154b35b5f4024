package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
)

// TestMounts runs a program below several mounts: its path crosses them all.
func TestMounts(t *testing.T) {
	r := record(t, exectrail.WithForks(), exectrail.WithExits())
	dir := publicDir(t)
	ran := r.run(t, command(t, "mounts", trigger(t, "target"), dir))
	r.stop(t)
	e := ran.target(t)
	compare(t, e, ran.single(t))
	if want := filepath.Join(dir, "bound/bin/app"); string(e.Executable) != want {
		t.Errorf("the executable is %s, want %s", e.Executable, want)
	}
}

// TestDeepDirectory runs programs in directories so deep that their path may
// be cut. Then it says so, and what is there is the true end of the path.
func TestDeepDirectory(t *testing.T) {
	r := record(t, exectrail.WithForks(), exectrail.WithExits())
	for _, tt := range []struct {
		levels, length int
		whole          bool
	}{
		{levels: 10, length: 20, whole: true},
		{levels: 8, length: 255, whole: true},
		{levels: 60, length: 12, whole: true},
		{levels: 60, length: 255},
	} {
		t.Run(strconv.Itoa(tt.levels)+" of "+strconv.Itoa(tt.length), func(t *testing.T) {
			ran := r.run(t, command(t, "deep", trigger(t, "target"), strconv.Itoa(tt.levels), strconv.Itoa(tt.length)))
			e, w := ran.target(t), ran.single(t)
			checkDeepPath(t, e, w.fields["path"], tt.whole)
			delete(w.fields, "cwd") // it may be cut
			compare(t, e, w)
		})
	}
	r.stop(t)
}

func checkDeepPath(t *testing.T, e *event.Exec, truth string, whole bool) {
	t.Helper()
	if whole && e.DirectoryCut {
		t.Errorf("a path of %d bytes was cut to %d", len(truth), len(e.Directory))
	}
	if !e.DirectoryCut {
		if string(e.Directory) != truth {
			t.Errorf("the working directory is %q, want %q", e.Directory, truth)
		}
		return
	}
	t.Logf("%d of %d bytes were recorded", len(e.Directory), len(truth))
	if end := bytes.TrimLeft(e.Directory, "/."); len(e.Directory) == 0 || !strings.HasSuffix(truth, string(end)) {
		t.Errorf("the working directory is %q, want the end of %q", e.Directory, truth)
	}
	if len(e.Directory) >= len(truth) {
		t.Errorf("%d bytes are marked as cut, the path has %d", len(e.Directory), len(truth))
	}
}

// TestTerminal runs a program with a controlling terminal.
func TestTerminal(t *testing.T) {
	_, terminal := newTerminal(t)
	r := record(t, exectrail.WithForks(), exectrail.WithExits())
	cmd := command(t, "plain", trigger(t, "target"))
	cmd.Stdin = terminal
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	ran := r.run(t, cmd)
	r.stop(t)
	e, w := ran.target(t), ran.single(t)
	compare(t, e, w)
	if want := strings.TrimPrefix(terminal.Name(), "/dev/"); string(e.TTY) != want || w.fields["tty"] != "/dev/"+want {
		t.Errorf("the terminal is %q, the program calls it %q, want %q", e.TTY, w.fields["tty"], want)
	}
	if e.SessionID != e.PID {
		t.Errorf("the session is %d, want that of process %d", e.SessionID, e.PID)
	}
}

// TestOverlay runs a program from an overlay file system, as containers do.
func TestOverlay(t *testing.T) {
	dir := publicDir(t)
	for _, name := range []string{"lower", "upper", "work", "merged"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	copyFile(t, trigger(t, "target"), filepath.Join(dir, "lower/app"))
	merged := filepath.Join(dir, "merged")
	layers := "lowerdir=" + dir + "/lower,upperdir=" + dir + "/upper,workdir=" + dir + "/work"
	if err := unix.Mount("overlay", merged, "overlay", 0, layers); err != nil {
		t.Skipf("no overlay can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(merged, 0); err != nil {
			t.Errorf("unmount %s: %v", merged, err)
		}
	})
	r := record(t, exectrail.WithForks(), exectrail.WithExits())
	ran := r.run(t, command(t, "plain", filepath.Join(merged, "app"), "layered"))
	r.stop(t)
	compare(t, ran.target(t), ran.single(t))
}

// TestWithoutSelf finds that one's own process is left out, and nothing else.
func TestWithoutSelf(t *testing.T) {
	r := record(t, exectrail.WithForks(), exectrail.WithExits(), exectrail.WithoutSelf())
	ran := r.run(t, command(t, "vfork", trigger(t, "target")))
	events := r.stop(t)
	compare(t, ran.target(t), ran.single(t))
	for _, fork := range of[*event.Fork](events) {
		if p := fork.Process.Parent; p != nil && p.Key.PID == uint32(os.Getpid()) {
			t.Errorf("a fork of this process was recorded: that of %d", fork.Process.Key.PID)
		}
	}
}
