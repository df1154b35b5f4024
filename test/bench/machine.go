package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// machine is where the measurements were made.
type machine struct {
	kernel, arch string
	processor    string // model name
	processors   int
	memory       uint64 // bytes
	load         string // average of the last minute, before the measurements
}

func readMachine() (machine, error) {
	m := machine{arch: runtime.GOARCH, processors: runtime.NumCPU()}
	var uname unix.Utsname
	if err := unix.Uname(&uname); err != nil {
		return m, fmt.Errorf("read the kernel's name: %w", err)
	}
	m.kernel = unix.ByteSliceToString(uname.Release[:])
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return m, fmt.Errorf("read the size of memory: %w", err)
	}
	m.memory = info.Totalram * uint64(info.Unit)
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return m, err
	}
	m.load, _, _ = strings.Cut(string(load), " ")
	cpu, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return m, err
	}
	m.processor = processorName(string(cpu))
	return m, nil
}

// processorName finds the model in /proc/cpuinfo. Not every architecture tells it.
func processorName(cpuinfo string) string {
	for line := range strings.Lines(cpuinfo) {
		key, value, _ := strings.Cut(line, ":")
		if strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unnamed processor"
}

func (m machine) String() string {
	return fmt.Sprintf("Linux %s on %s, %d × %s, %d GiB of memory, load average %s before the start",
		m.kernel, m.arch, m.processors, m.processor, (m.memory+1<<29)>>30, m.load)
}
