package report

import (
	"path"
	"strconv"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/figures"
	"github.com/exectrail/exectrail/internal/printable"
)

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

// shortCommand is the same with at most so many columns, where it can be: with the program by its name alone. It is what follows
// that tells one run of a compiler from another.
func shortCommand(command string, p *lives.Program, columns int) string {
	if columns <= 0 || printable.Width([]byte(command)) <= columns || p == nil || len(p.Args) == 0 {
		return command
	}
	short := *p
	short.Args = append([]string{path.Base(p.Args[0])}, p.Args[1:]...)
	return string(short.AppendCommand(nil))
}

func command(tree *lives.Tree, i int) string {
	p := tree.Program(i)
	switch {
	case p == nil:
		return lives.Unknown
	case tree.Forked(i):
		return "(fork of " + figures.Safe(p.Name()) + ")"
	}
	return string(p.AppendCommand(nil))
}
