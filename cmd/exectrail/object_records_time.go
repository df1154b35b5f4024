package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/object"
	"github.com/exectrail/exectrail/object/layout"
)

// chooseTime reads --time FIELD[=CLOCK], and returns the way to the field.
func (p *recordPrinter) chooseTime(o *object.Object, layouts map[string]*layout.Type, flag string) ([]string, error) {
	if flag == "" {
		return nil, nil
	}
	if p.output == formatHex {
		return nil, &usageError{"--time does not change a hex dump", "leave out --time or -o"}
	}
	name, source, named := strings.Cut(flag, "=")
	p.source = o.StampSource()
	if named {
		var err error
		if p.source, err = layout.ParseSource(source); err != nil {
			return nil, &usageError{"--time: " + err.Error(), "such as --time " + name + "=boottime"}
		}
	}
	path := strings.Split(name, ".")
	if !anyHas(layouts, path) {
		return nil, &usageError{fmt.Sprintf("--time: no field named %s", quote(name)), fieldsOf(layouts)}
	}
	for _, t := range layouts {
		if t == nil {
			continue
		}
		if m, ok := memberAt(t, path); ok && m.Kind() != layout.Uint && m.Kind() != layout.Int {
			return nil, &usageError{fmt.Sprintf("--time: the field %s is no number", name), "a stamp is a number of nanoseconds, such as u64"}
		}
	}
	p.clock = &layout.Clock{}
	p.clock.Add(readClocks())
	return path, nil
}

// wallTime returns the wall time of a value's stamp.
func (p *recordPrinter) wallTime(v *view, value layout.Value) (time.Time, bool) {
	if v.stamp == nil {
		return time.Time{}, false
	}
	stamp := valueAt(value, v.stamp)
	if stamp.Kind() == layout.Missing {
		return time.Time{}, false
	}
	return p.clock.Wall(p.source, stamp.Uint())
}

// followClocks reads the clocks until the context ends, so that stamps from before a suspend, or from before the wall clock was set,
// are shown right. It returns at once if no stamps are shown as wall time.
func (p *recordPrinter) followClocks(ctx context.Context) {
	if p.clock == nil {
		return
	}
	const interval = 100 * time.Millisecond
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			p.clock.Add(readClocks())
		}
	}
}

// readClocks reads all clocks at one moment: of some tries the one that took the shortest time.
func readClocks() layout.Sample {
	const tries = 5
	var best layout.Sample
	shortest := int64(-1)
	for range tries {
		before := readClock(unix.CLOCK_MONOTONIC)
		s := layout.Sample{
			Boottime: readClock(unix.CLOCK_BOOTTIME),
			Realtime: readClock(unix.CLOCK_REALTIME),
			TAI:      readClock(unix.CLOCK_TAI),
		}
		took := readClock(unix.CLOCK_MONOTONIC) - before
		s.Monotonic = before + took/2
		if shortest < 0 || took < shortest {
			best, shortest = s, took
		}
	}
	return best
}

// readClock returns nanoseconds. These clocks are there on every kernel that can be traced.
func readClock(id int32) int64 {
	var t unix.Timespec
	if err := unix.ClockGettime(id, &t); err != nil {
		panic(fmt.Sprintf("clock %d: %v", id, err))
	}
	return t.Nano()
}
