package report

import (
	"strconv"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/printable"
)

// grouped returns n with a comma before each three digits.
func grouped[N int | uint64](n N) string {
	s := strconv.FormatUint(uint64(n), 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// counted returns n and what is counted, in the singular or with an s.
func counted(n int, one string) string {
	if n != 1 {
		one += "s"
	}
	return grouped(n) + " " + one
}

func processes(n int) string {
	if n == 1 {
		return "1 process"
	}
	return grouped(n) + " processes"
}

func duration(d time.Duration) string { return string(event.AppendDuration(nil, d)) }

// size returns a number of bytes in the greatest unit of which there is one.
func size(bytes uint64) string {
	const units = "KMGTPE"
	if bytes < 1<<10 {
		return strconv.FormatUint(bytes, 10) + " B"
	}
	unit, value := -1, float64(bytes)
	for value >= 1<<10 && unit < len(units)-1 {
		value, unit = value/(1<<10), unit+1
	}
	precision := 0
	if value < 100 {
		precision = 1
	}
	return strconv.FormatFloat(value, 'f', precision, 64) + " " + units[unit:unit+1] + "iB"
}

// percent returns what part of all d is.
func percent(d, all time.Duration) string {
	if all <= 0 {
		return "0%"
	}
	return strconv.Itoa(int(100*float64(d)/float64(all)+0.5)) + "%"
}

// safe returns text that may come from a program as one that can be shown.
func safe(s string) string { return string(printable.AppendEscaped(nil, s)) }

// ending returns how a process ended, in a word or two.
func ending(p *lives.Process) string {
	switch {
	case !p.Ended():
		return "running"
	case p.Signal != 0 && p.CoreDumped:
		return string(event.AppendSignal(nil, uint8(p.Signal))) + ", core dumped"
	case p.Signal != 0:
		return string(event.AppendSignal(nil, uint8(p.Signal)))
	}
	return "exit " + strconv.Itoa(p.ExitCode)
}

// mark tells, before a command line, that its process failed or did not end. It is empty for others.
func mark(p *lives.Process) string {
	if p.Ended() && p.OK() {
		return ""
	}
	return "[" + ending(p) + "] "
}

// commandOf returns the command line of process i, safe to show. One that executed nothing is told by what its creator ran.
func (r *Report) commandOf(i int) string { return command(r.Tree, i) }

func command(tree *lives.Tree, i int) string {
	p := tree.Program(i)
	switch {
	case p == nil:
		return lives.Unknown
	case tree.Forked(i):
		return "(fork of " + safe(p.Name()) + ")"
	}
	return string(p.AppendCommand(nil))
}
