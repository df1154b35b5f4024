package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

const (
	tracingDir = "/sys/kernel/tracing"
	// mountedEnv marks the program that was started anew by provideTracing.
	mountedEnv = "EXECTRAIL_BENCH_MOUNTED"
)

// provideTracing makes sure that tracefs is mounted, which the other tools
// need. If it is not, the program starts anew in a mount namespace of its own
// and mounts it there: nothing remains on the machine.
func provideTracing() error {
	if _, err := os.Stat(tracingDir + "/events"); err == nil {
		return nil
	}
	if os.Getenv(mountedEnv) != "" {
		return errors.New("tracefs is mounted, and yet has no events")
	}
	// The namespace is that of a thread until execve makes it that of the process.
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		return fmt.Errorf("make a mount namespace: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := unix.Mount("tracefs", tracingDir, "tracefs", 0, ""); err != nil {
		return fmt.Errorf("mount tracefs: %w", err)
	}
	err := unix.Exec("/proc/self/exe", os.Args, append(os.Environ(), mountedEnv+"=1"))
	return fmt.Errorf("start anew: %w", err)
}
