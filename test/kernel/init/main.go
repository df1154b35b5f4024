//go:build linux

// Command init is the first program of a machine that tests a kernel: it makes the machine ready, runs the steps
// that it was given, and switches it off.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/test/kernel/guest"
)

func main() {
	switch {
	case filepath.Base(os.Args[0]) == "sh":
		standInForShell()
	case os.Getpid() != 1:
		runSteps(os.Args[1])
	default:
		if err := first(); err != nil {
			fmt.Printf("\n"+guest.Fault+"\n", err)
		}
		// The console is done when the device has sent it all.
		_ = unix.Fsync(1)
		_ = unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
	}
}

// first is what process 1 does. The steps are run by a child, so that it can reap whatever orphans they leave.
func first() error {
	steps, err := os.ReadFile(guest.StepsFile)
	if err != nil {
		return err
	}
	if err := enterDisk(); err != nil {
		return err
	}
	child := exec.Command("/proc/self/exe", string(steps))
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	if err := child.Start(); err != nil {
		return fmt.Errorf("start the steps: %w", err)
	}
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, 0, nil)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return fmt.Errorf("wait: %w", err)
		case pid == child.Process.Pid && status != 0:
			return fmt.Errorf("the steps ended with status %#x", uint32(status))
		case pid == child.Process.Pid:
			return nil
		}
	}
}

func runSteps(encoded string) {
	var steps []guest.Step
	if err := json.Unmarshal([]byte(encoded), &steps); err != nil {
		fmt.Printf(guest.Fault+"\n", err)
		return
	}
	for _, s := range steps {
		fmt.Printf(guest.Begin+"\n", s.Name)
		cmd := exec.Command(s.Command[0], s.Command[1:]...)
		cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = s.Dir, s.Env, os.Stdout, os.Stderr
		err := cmd.Run()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			fmt.Println(err)
		}
		// What is printed last may lack the end of its line.
		fmt.Printf("\n"+guest.End+"\n", s.Name, cmd.ProcessState.ExitCode())
	}
	var taint uint64
	content, err := os.ReadFile("/proc/sys/kernel/tainted")
	if err == nil {
		_, err = fmt.Sscan(string(content), &taint)
	}
	if err != nil {
		fmt.Printf(guest.Fault+"\n", err)
		return
	}
	if taint != 0 {
		printKernelLog()
	}
	fmt.Printf(guest.Taint+"\n"+guest.Done+"\n", taint)
}

func printKernelLog() {
	log := make([]byte, 1<<20)
	n, err := unix.Klogctl(unix.SYSLOG_ACTION_READ_ALL, log)
	if err != nil {
		fmt.Println("read the kernel log:", err)
		return
	}
	fmt.Printf("%s\n", log[:n])
}

// standInForShell understands what the tests of internal/probe ask of a shell: to end, or to read a line and end.
func standInForShell() {
	if strings.HasPrefix(os.Args[len(os.Args)-1], "read") {
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	}
}
