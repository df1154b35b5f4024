package e2e

import (
	"time"

	"golang.org/x/sys/unix"
)

// bootNow reads the clock that events are ordered by, in nanoseconds.
func bootNow() uint64 {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts); err != nil {
		panic(err) // every kernel has this clock
	}
	return uint64(ts.Nano())
}

// ticks converts as the kernel does for /proc/PID/stat, whose unit is 1/100 s on every machine.
func ticks(ns uint64) uint64 { return ns / uint64(10*time.Millisecond) }
