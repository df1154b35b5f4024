// Package figures writes numbers, durations and the text of programs, as reports show them.
package figures

import (
	"strconv"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/printable"
)

// Grouped returns n with a comma before each three digits.
func Grouped[N int | uint64](n N) string {
	s := strconv.FormatUint(uint64(n), 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Counted returns n and what is counted: in the singular, or with an s.
func Counted(n int, one string) string {
	if n != 1 {
		one += "s"
	}
	return Grouped(n) + " " + one
}

// Processes returns how many processes there are.
func Processes(n int) string {
	if n == 1 {
		return "1 process"
	}
	return Grouped(n) + " processes"
}

// Duration returns d in the unit that fits, as all outputs of exectrail do.
func Duration(d time.Duration) string { return string(event.AppendDuration(nil, d)) }

// Change returns by how much a duration changed, with its sign; nothing for none.
func Change(d time.Duration) string {
	switch {
	case d == 0:
		return ""
	case d > 0:
		return "+" + Duration(d)
	}
	return Duration(d)
}

// Size returns a number of bytes in the greatest unit of which there is one.
func Size(bytes uint64) string {
	const units = "KMGTPE"
	if bytes < 1<<10 {
		return strconv.FormatUint(bytes, 10) + " B"
	}
	unit, value := -1, float64(bytes)
	for value >= 1<<10 {
		value, unit = value/(1<<10), unit+1
	}
	precision := 0
	if value < 100 {
		precision = 1
	}
	return strconv.FormatFloat(value, 'f', precision, 64) + " " + units[unit:unit+1] + "iB"
}

// Percent returns what part of all d is.
func Percent(d, all time.Duration) string {
	if all <= 0 {
		return "0%"
	}
	return strconv.Itoa(int(100*float64(d)/float64(all)+0.5)) + "%"
}

// Safe returns text that may come from a program as one that can be shown.
func Safe(s string) string { return string(printable.AppendEscaped(nil, s)) }

// Fit returns the beginning of a text that is safe to show, in at most so many columns; with 0, all of it.
func Fit(s string, columns int) string {
	if columns <= 0 {
		return s
	}
	b, _ := printable.Fit([]byte(s), 0, columns)
	return string(b)
}

// codeColumns is how much of a text is told in Markdown. A comment of a pull request has a limit.
const codeColumns = 200

// Code returns text that may come from a program as code in Markdown, the first 200 columns of it.
func Code(s string) string {
	return string(printable.AppendMarkdown(nil, Fit(Safe(s), codeColumns)))
}
