package event

import (
	"strconv"
	"time"
)

// AppendTime appends t in UTC as RFC 3339 has it, always with nine digits of
// nanoseconds, so that the text sorts as the time does. It does not
// allocate.
func AppendTime(dst []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	if year < 0 || year > 9999 {
		return t.AppendFormat(dst, "2006-01-02T15:04:05.000000000Z")
	}
	hour, minute, second := t.Clock()
	dst = appendPair(appendPair(dst, year/100), year%100)
	dst = appendPair(append(dst, '-'), int(month))
	dst = appendPair(append(dst, '-'), day)
	dst = appendPair(append(dst, 'T'), hour)
	dst = appendPair(append(dst, ':'), minute)
	dst = appendPair(append(dst, ':'), second)
	n := t.Nanosecond()
	dst = append(dst, '.', byte('0'+n/100_000_000))
	dst = appendPair(dst, n/1_000_000%100)
	dst = appendPair(dst, n/10_000%100)
	dst = appendPair(dst, n/100%100)
	return append(appendPair(dst, n%100), 'Z')
}

// appendPair appends n, which is below 100, as two digits.
func appendPair(dst []byte, n int) []byte {
	return append(dst, byte('0'+n/10), byte('0'+n%10))
}

// AppendDuration appends d with the digits that matter to a reader: 341us, 12.3ms, 1.204s, 3m7s, 26h3m.
func AppendDuration(dst []byte, d time.Duration) []byte {
	if d < 0 {
		dst, d = append(dst, '-'), -d
	}
	switch {
	case d < time.Millisecond:
		return append(strconv.AppendInt(dst, d.Microseconds(), 10), "us"...)
	case d < time.Second:
		dst = strconv.AppendInt(dst, d.Milliseconds(), 10)
		tenths := d % time.Millisecond / (100 * time.Microsecond)
		return append(dst, '.', byte('0'+tenths), 'm', 's')
	case d < time.Minute:
		dst = append(strconv.AppendInt(dst, int64(d/time.Second), 10), '.')
		ms := int(d % time.Second / time.Millisecond)
		return append(appendPair(append(dst, byte('0'+ms/100)), ms%100), 's')
	case d < time.Hour:
		dst = append(strconv.AppendInt(dst, int64(d/time.Minute), 10), 'm')
		return append(strconv.AppendInt(dst, int64(d%time.Minute/time.Second), 10), 's')
	default:
		dst = append(strconv.AppendInt(dst, int64(d/time.Hour), 10), 'h')
		return append(strconv.AppendInt(dst, int64(d%time.Hour/time.Minute), 10), 'm')
	}
}
