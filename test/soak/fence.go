package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"
)

// A fence bounds how many processes there are of a scenario.
type fence interface {
	// prepare sets up a command before it is started.
	prepare(*exec.Cmd)
	// admit puts a process behind the fence, before it has children.
	admit(pid int) error
	// close kills what is left behind the fence and removes it.
	close() error
}

// newFence returns a cgroup with the pids controller of either version or, where neither can be had, a user with a limit.
func newFence(name string, most int) (fence, error) {
	root, err := pidsRoot()
	if err != nil {
		return nil, err
	}
	if root == "" {
		return userFence{most}, nil
	}
	c := cgroupFence{filepath.Join(root, fmt.Sprintf("exectrail-soak-%d-%s", os.Getpid(), name))}
	if err := os.Mkdir(c.dir, 0o755); err != nil {
		return nil, fmt.Errorf("make a cgroup: %w", err)
	}
	if err := c.write("pids.max", most); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// pidsRoot returns where cgroups with the pids controller can be made, or "" if there is no such place.
func pidsRoot() (string, error) {
	mounts, err := procfs.GetMounts()
	if err != nil {
		return "", fmt.Errorf("read mounts: %w", err)
	}
	for _, m := range mounts {
		switch m.FSType {
		case "cgroup":
			if _, ok := m.SuperOptions["pids"]; ok {
				return m.MountPoint, nil
			}
		case "cgroup2":
			// Enabled for those below it. To enable it would change the machine.
			enabled, err := os.ReadFile(filepath.Join(m.MountPoint, "cgroup.subtree_control"))
			if err == nil && slices.Contains(strings.Fields(string(enabled)), "pids") {
				return m.MountPoint, nil
			}
		}
	}
	return "", nil
}

type cgroupFence struct{ dir string }

func (c cgroupFence) prepare(*exec.Cmd) {}

func (c cgroupFence) admit(pid int) error { return c.write("cgroup.procs", pid) }

func (c cgroupFence) write(file string, n int) error {
	return os.WriteFile(filepath.Join(c.dir, file), []byte(strconv.Itoa(n)), 0)
}

// close kills again and again, since those that are not dead yet can fork.
func (c cgroupFence) close() error {
	const patience = 10 * time.Second
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		err := unix.Rmdir(c.dir)
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("remove the cgroup %s: %w", c.dir, err)
		}
		procs, err := os.ReadFile(filepath.Join(c.dir, "cgroup.procs"))
		if err != nil {
			return err
		}
		for _, word := range strings.Fields(string(procs)) {
			if pid, err := strconv.Atoi(word); err == nil && pid > 0 {
				// It may be gone already.
				_ = unix.Kill(pid, unix.SIGKILL)
			}
		}
	}
}

// fencedUser is nobody's user id on any system known: those of people and of services are smaller, those of
// containers are given out from lower numbers on.
const fencedUser = 4_000_000_123

// userFence limits the processes of a user that has no others.
type userFence struct{ most int }

// prepare has prlimit(1) set the limit: for a process of another user, one would need a capability that root need not have.
func (u userFence) prepare(cmd *exec.Cmd) {
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: fencedUser, Gid: fencedUser}
	limited := exec.Command("prlimit", append([]string{fmt.Sprintf("--nproc=%d:%d", u.most, u.most), cmd.Path}, cmd.Args[1:]...)...)
	cmd.Path, cmd.Args, cmd.Err = limited.Path, limited.Args, errors.Join(cmd.Err, limited.Err)
}

// admit has nothing to do: the process came with its limit.
func (u userFence) admit(int) error { return nil }

// close has nothing to remove, and the processes end by themselves: their number is bounded.
func (u userFence) close() error { return nil }
