package confine

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
	libcap "kernel.org/pub/linux/libs/security/libcap/cap"
)

// inside confines this process, and does what the name says.
func inside(name string) error {
	needs := map[string]Needs{"nothing": 0, "kernel": Kernel, "processes": Processes, "all": Kernel | Processes}
	if n, ok := needs[name]; ok {
		return tryConfinedBy(func() error { return Process(n, 0) })
	}
	switch name {
	case "filter":
		return tryConfinedBy(func() error { return loadFilter(Kernel|Processes, os.Getpid(), 0) })
	case "child":
		return endChild()
	case "rights needed", "rights not needed":
		keep := libcap.NewSet()
		if err := keepWhereNeeded(keep, libcap.GetProc(), libcap.BPF, func() bool { return name == "rights needed" }); err != nil {
			return err
		}
		return writeReport(nil)
	}
	if err := Process(Kernel|Processes, 0); err != nil {
		return err
	}
	switch name {
	case "panic":
		panic("as asked")
	case "twice":
		return Process(Kernel|Processes, 0)
	}
	return fmt.Errorf("unknown part %q", name)
}

// tryConfinedBy confines this process and reports what it can do then.
func tryConfinedBy(confine func() error) error {
	open, err := prepare()
	if err != nil {
		return err
	}
	// Threads that are there before are to be confined as well.
	busy := startThreads(8)
	if err := confine(); err != nil {
		return err
	}
	defer startThreads(8)()
	defer busy()

	results := map[string]string{}
	for name, attempt := range open.attempts() {
		results[name] = errorText(attempt())
	}
	return writeReport(results)
}

// endChild starts a process, of another user if it can, and ends it once it is confined.
func endChild() error {
	attr := &os.ProcAttr{}
	if os.Geteuid() == 0 {
		attr.Sys = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	child, err := os.StartProcess("/bin/sleep", []string{"sleep", "1h"}, attr)
	if err != nil {
		return err
	}
	if err := Process(Child, child.Pid); err != nil {
		return err
	}
	results := map[string]string{}
	for name, attempt := range map[string]func() error{
		"signal another!":   func() error { return unix.Kill(os.Getppid(), 0) },
		"wait for any!":     func() error { return second(unix.Wait4(-1, nil, unix.WNOHANG, nil)) },
		"signal its group!": func() error { return unix.Kill(-child.Pid, 0) },
		"signal the child":  func() error { return unix.Kill(child.Pid, unix.SIGTERM) },
	} {
		results[name] = errorText(attempt())
	}
	var status unix.WaitStatus
	_, err = unix.Wait4(child.Pid, &status, 0, nil)
	results["wait for the child"] = errorText(err)
	if err == nil && status.Signal() != unix.SIGTERM {
		results["wait for the child"] = fmt.Sprintf("it ended with %v", status)
	}
	return writeReport(results)
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// startThreads starts goroutines that have a thread each, until stop is called.
func startThreads(n int) (stop func()) {
	started, done := make(chan struct{}), make(chan struct{})
	for range n {
		go func() {
			runtime.LockOSThread()
			started <- struct{}{}
			<-done
		}()
	}
	for range n {
		<-started
	}
	return func() { close(done) }
}

func writeReport(results map[string]string) error {
	tasks, err := filepath.Glob("/proc/self/task/*/status")
	if err != nil {
		return err
	}
	r := report{Errors: results}
	for _, task := range tasks {
		status, err := os.ReadFile(task)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		fields := map[string]string{}
		for line := range strings.Lines(string(status)) {
			name, value, _ := strings.Cut(line, ":")
			fields[name] = strings.TrimSpace(value)
		}
		r.Threads = append(r.Threads, fields)
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}
