package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime returns the processor time that a process used, all threads together,
// the ended ones too. /proc/PID/stat would tell it in steps of 10 ms only.
func cpuTime(pid int) (time.Duration, error) {
	// As clock_getcpuclockid(3) makes it: CPUCLOCK_SCHED of the process.
	clock := int32(^pid<<3 | 2)
	var ts unix.Timespec
	if err := unix.ClockGettime(clock, &ts); err != nil {
		return 0, fmt.Errorf("read the CPU time of process %d: %w", pid, err)
	}
	return time.Duration(ts.Nano()), nil
}

// processesCreated returns how many processes and threads were created since boot.
func processesCreated() (uint64, error) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	return parseProcesses(string(stat))
}

func parseProcesses(stat string) (uint64, error) {
	for line := range strings.Lines(stat) {
		if value, ok := strings.CutPrefix(line, "processes "); ok {
			return strconv.ParseUint(strings.TrimSpace(value), 10, 64)
		}
	}
	return 0, errors.New("/proc/stat has no line processes")
}
