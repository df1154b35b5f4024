//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/test/kernel/guest"
)

const disk = "/dev/vda"

// enterDisk makes the disk the root, as the initial file system cannot be left with pivot_root, which some tests do.
func enterDisk() error {
	if err := mount("dev", "/dev", "devtmpfs", ""); err != nil {
		return err
	}
	if err := loadModules(); err != nil {
		return err
	}
	if err := waitFor(disk); err != nil {
		return err
	}
	if err := mount(disk, "/disk", "ext4", ""); err != nil {
		return err
	}
	if err := os.Chdir("/disk"); err != nil {
		return err
	}
	if err := unix.Mount(".", "/", "", unix.MS_MOVE, ""); err != nil {
		return fmt.Errorf("move the disk to the root: %w", err)
	}
	if err := unix.Chroot("."); err != nil {
		return fmt.Errorf("change the root: %w", err)
	}
	for _, m := range [][4]string{
		{"dev", "/dev", "devtmpfs"},
		{"proc", "/proc", "proc"},
		{"sys", "/sys", "sysfs"},
		{"pts", "/dev/pts", "devpts", "ptmxmode=666"},
		{"shm", "/dev/shm", "tmpfs"},
		{"cgroup", "/sys/fs/cgroup", "cgroup2"},
		{"tracefs", "/sys/kernel/tracing", "tracefs"},
		{"securityfs", "/sys/kernel/security", "securityfs"},
		{"bpf", "/sys/fs/bpf", "bpf"},
	} {
		if err := mount(m[0], m[1], m[2], m[3]); err != nil {
			return err
		}
	}
	// The security modules of some kernels look a program up that is run through a descriptor.
	if err := os.Symlink("/proc/self/fd", "/dev/fd"); err != nil {
		return err
	}
	return unix.Sethostname([]byte("machine"))
}

func mount(source, target, kind, options string) error {
	// Fails where the kernel has made it; mounting tells whether it is there.
	_ = os.MkdirAll(target, 0o755)
	if err := unix.Mount(source, target, kind, 0, options); err != nil {
		return fmt.Errorf("mount %s on %s: %w", kind, target, err)
	}
	return nil
}

func loadModules() error {
	files, err := filepath.Glob(guest.ModulesDir + "/*.ko") // sorted
	if err != nil {
		return err
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		if err := unix.FinitModule(int(f.Fd()), "", 0); err != nil {
			return fmt.Errorf("load %s: %w", filepath.Base(file), err)
		}
		f.Close()
	}
	return nil
}

// waitFor waits for a device, which its driver finds some time after it was loaded.
func waitFor(path string) error {
	for range 1000 {
		if _, err := os.Stat(path); err == nil {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("there is no %s", path)
}
