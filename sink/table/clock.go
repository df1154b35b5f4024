package table

import (
	"fmt"
	"strings"
	"time"

	"github.com/exectrail/exectrail/event"
)

// Timestamps is a way to show the time of an event.
type Timestamps string

// The ways to show time.
const (
	Local   Timestamps = "local"   // 15:04:05.000 in the time zone of the reader
	UTC     Timestamps = "utc"     // 15:04:05.000Z
	RFC3339 Timestamps = "rfc3339" // date and time in UTC with nanoseconds
	Delta   Timestamps = "delta"   // seconds since the line before: +0.000000
)

// ParseTimestamps returns the way to show time that has this name.
func ParseTimestamps(name string) (Timestamps, error) {
	all := []Timestamps{Local, UTC, RFC3339, Delta}
	names := make([]string, 0, len(all))
	for _, t := range all {
		if string(t) == name {
			return t, nil
		}
		names = append(names, string(t))
	}
	return "", fmt.Errorf("unknown timestamps %q; choose one of %s", name, strings.Join(names, ", "))
}

// clock writes timestamps.
type clock struct {
	kind     Timestamps
	location *time.Location

	// second is the last one that was written and text how, since most events share it with the one before.
	second int64
	text   [len("15:04:05")]byte
	known  bool

	last uint64 // boot time of the line before; 0 before the first
}

func newClock(o Options) clock {
	c := clock{kind: o.Timestamps, location: o.Location}
	switch {
	case c.kind == "":
		c.kind = Local
	case c.kind == UTC:
		c.location = time.UTC
	}
	if c.location == nil {
		c.location = time.Local
	}
	return c
}

// width returns how many columns a timestamp takes.
func (c *clock) width() int {
	switch c.kind {
	case UTC:
		return len("15:04:05.000Z")
	case RFC3339:
		return len("2006-01-02T15:04:05.000000000Z")
	default:
		return len("15:04:05.000")
	}
}

func (c *clock) append(dst []byte, m *event.Meta) []byte {
	switch c.kind {
	case RFC3339:
		return event.AppendTime(dst, m.Time)
	case Delta:
		return c.appendDelta(dst, m.Boot)
	}
	if s := m.Time.Unix(); s != c.second || !c.known {
		m.Time.In(c.location).AppendFormat(c.text[:0], time.TimeOnly)
		c.second, c.known = s, true
	}
	dst = append(append(dst, c.text[:]...), '.')
	dst = appendDigits(dst, m.Time.Nanosecond()/int(time.Millisecond), 3)
	if c.kind == UTC {
		dst = append(dst, 'Z')
	}
	return dst
}

// appendDelta appends the time since the line before. Events of several
// processors may be a little out of order: such a step counts as none.
func (c *clock) appendDelta(dst []byte, boot uint64) []byte {
	var step uint64
	if c.last != 0 && boot > c.last {
		step = boot - c.last
	}
	c.last = max(c.last, boot)
	dst = append(dst, '+')
	seconds := int(step / uint64(time.Second))
	digits := 1
	for n := seconds; n > 9; n /= 10 {
		digits++
	}
	dst = append(appendDigits(dst, seconds, digits), '.')
	return appendDigits(dst, int(step%uint64(time.Second)/uint64(time.Microsecond)), 6)
}

// appendDigits appends the last digits of n, of which there are as many as told.
func appendDigits(dst []byte, n, digits int) []byte {
	for range digits {
		dst = append(dst, '0')
	}
	for i := len(dst) - 1; digits > 0; i, digits = i-1, digits-1 {
		dst[i] = byte('0' + n%10)
		n /= 10
	}
	return dst
}
