package layout

import (
	"fmt"
	"sync"
	"time"
)

// Source is the clock that a program took a stamp from.
type Source string

// The clocks of eBPF programs.
const (
	// Boottime counts from the boot on, also while the machine is suspended: bpf_ktime_get_boot_ns (5.8).
	Boottime Source = "boottime"
	// Monotonic stands still while the machine is suspended: bpf_ktime_get_ns, bpf_ktime_get_coarse_ns.
	Monotonic Source = "monotonic"
	// TAI counts atomic seconds from 1970 on: bpf_ktime_get_tai_ns (6.1). It is the wall clock without leap
	// seconds, where the system was told how many there were, and else the same.
	TAI Source = "tai"
)

// ParseSource returns the clock that has this name.
func ParseSource(name string) (Source, error) {
	switch s := Source(name); s {
	case Boottime, Monotonic, TAI:
		return s, nil
	}
	return "", fmt.Errorf("unknown clock %q; there are %s, %s and %s", name, Boottime, Monotonic, TAI)
}

// Sample is what the clocks of the kernel said at one moment, in nanoseconds.
type Sample struct {
	Boottime, Monotonic, Realtime, TAI int64
}

// Clock tells the wall time of stamps. It is fed with samples, and keeps when the clocks came apart: a
// stamp from before a suspend, or from before the wall clock was set, is converted with the difference of its time.
//
// A change between two samples is taken to have been in the middle, so a stamp close to a suspend can be off by all of
// that, and one close to a step by the step. Samples that are no more than 100 ms apart keep that short. Differences
// of less than 100 microseconds are not kept: wall time is as exact as that.
//
// The zero value has no samples. Several goroutines may use a Clock.
type Clock struct {
	mu sync.Mutex
	// suspended is boottime less monotonic, by monotonic time.
	suspended history
	// wall is realtime less boottime, by boottime.
	wall history
	// leap is TAI less realtime, by TAI.
	leap history
}

// Add adds a sample. It must not be older than the one before.
func (c *Clock) Add(s Sample) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.suspended.add(s.Monotonic, s.Boottime-s.Monotonic)
	c.wall.add(s.Boottime, s.Realtime-s.Boottime)
	c.leap.add(s.TAI, s.TAI-s.Realtime)
}

// Wall returns the wall time of a stamp, in nanoseconds, that was taken from source. It reports false as long as there
// is no sample.
func (c *Clock) Wall(source Source, stamp uint64) (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.wall.empty() {
		return time.Time{}, false
	}
	ns := int64(stamp)
	switch source {
	case TAI:
		ns -= c.leap.at(ns)
	case Monotonic:
		ns += c.suspended.at(ns)
		ns += c.wall.at(ns)
	default:
		ns += c.wall.at(ns)
	}
	return time.Unix(0, ns), true
}
