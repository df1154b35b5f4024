package main

import (
	"fmt"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// privateEnv marks the program that was started anew by enterPrivate.
const privateEnv = "EXECTRAIL_SOAK_PRIVATE"

// enterPrivate starts the program anew in a mount namespace of its own, with a bpf file system where pins belong. So none of the
// machine's pins is met, and none of ours is left, even if this program is killed.
func enterPrivate() error {
	if os.Getenv(privateEnv) != "" {
		return nil
	}
	// The namespace is that of a thread until execve makes it that of the process.
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		return fmt.Errorf("make a mount namespace: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := unix.Mount("bpf", "/sys/fs/bpf", "bpf", 0, "mode=0700"); err != nil {
		return fmt.Errorf("mount a bpf file system: %w", err)
	}
	err := unix.Exec("/proc/self/exe", os.Args, append(os.Environ(), privateEnv+"=1"))
	return fmt.Errorf("start anew: %w", err)
}
