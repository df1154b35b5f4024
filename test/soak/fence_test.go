package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/exectrail/exectrail/internal/testenv"
)

// TestFences starts a shell that wants more processes than it may have, behind each kind of fence.
func TestFences(t *testing.T) {
	testenv.NeedsRoot(t)
	const most = 4
	fences := map[string]fence{"user": userFence{most}}
	root, err := pidsRoot()
	if err != nil {
		t.Fatal(err)
	}
	if root != "" {
		if fences["cgroup"], err = newFence("test", most); err != nil {
			t.Fatal(err)
		}
	}
	for name, f := range fences {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command("sh", "-c", `read _; for n in 1 2 3 4 5 6 7 8 9; do sleep 600 & done; echo began; wait`)
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			f.prepare(cmd)
			gate, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			var said strings.Builder
			cmd.Stderr = &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				// The fence may have killed them already.
				_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
				_ = cmd.Wait()
			})
			if err := f.admit(cmd.Process.Pid); err != nil {
				t.Fatal(err)
			}
			gate.Close()
			// A shell that cannot fork says so and ends.
			cmd.Process.Wait()
			if n := countGroup(t, cmd.Process.Pid); n >= most {
				t.Errorf("%d processes are left beside the shell that had room for %d", n, most-1)
			}
			if err := f.close(); err != nil {
				t.Error(err)
			}
			if c, ok := f.(cgroupFence); ok {
				if _, err := os.Stat(c.dir); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("the cgroup is still there: %v", err)
				}
				if n := countGroup(t, cmd.Process.Pid); n != 0 {
					t.Errorf("%d processes are left of a cgroup that is gone", n)
				}
			}
		})
	}
}

// countGroup returns how many processes there are in a process group, but for dead ones that nobody waited for.
func countGroup(t *testing.T, group int) int {
	t.Helper()
	stats, err := fs.Glob(os.DirFS("/proc"), "[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, name := range stats {
		stat, err := os.ReadFile("/proc/" + name)
		if err != nil {
			continue // it ended
		}
		_, rest, _ := strings.Cut(string(stat), ") ")
		if words := strings.Fields(rest); len(words) > 2 && words[2] == strconv.Itoa(group) && words[0] != "Z" {
			n++
		}
	}
	return n
}
