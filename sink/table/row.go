package table

import (
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/printable"
)

// Colors of the terminal: what begins and what ends each of them.
const (
	red    = "\x1b[1;31m"
	yellow = "\x1b[33m"
	faint  = "\x1b[2m"
	reset  = "\x1b[0m"
)

// appendRow appends the line of an event that is about a process. A command that is not nil takes the place of that of e.
func (t *Table) appendRow(e event.Event, color string, command []byte) {
	start := t.begin(color)
	used := 0
	for i := range t.fields {
		f, last := &t.fields[i], i == len(t.fields)-1
		mark := len(t.line)
		width := t.appendCell(f, e, command, t.room(f, used, last))
		if f.AlignRight() && width > f.width {
			f.width = width // from here on the column stays this wide
		}
		used += t.pad(f, mark, width, last)
	}
	t.end(start, color)
}

// appendNotice appends a line that is not about a process. Its sentence is
// shown whether or not there is a column for it.
func (t *Table) appendNotice(e event.Event, color string) {
	start := t.begin(color)
	for i := range t.fields {
		if t.fields[i].Type == event.TypeTime {
			t.line = append(t.clock.append(t.line, e.Header()), ' ')
			break
		}
	}
	t.sentence = event.AppendSentence(t.sentence[:0], e)
	t.line = append(t.line, "*** "...)
	t.line = printable.AppendEscaped(t.line, t.sentence)
	t.line = append(t.line, " ***"...)
	t.end(start, color)
}

// room returns how many columns a cell may take, or noLimit.
func (t *Table) room(f *field, used int, last bool) int {
	switch {
	case t.width == 0 || f.AlignRight() || f.Type == event.TypeTime:
		return noLimit
	case last:
		return max(t.width-used, minLast)
	default:
		return f.width
	}
}

const noLimit = -1

// appendCell appends the value in f, in at most room columns, and returns how many it takes.
func (t *Table) appendCell(f *field, e event.Event, command []byte, room int) int {
	mark := len(t.line)
	switch {
	case f.Type == event.TypeTime:
		t.line = t.clock.append(t.line, e.Header())
	case f.command:
		if t.tree != nil {
			t.line = appendSpaces(t.line, t.tree.indent(e, room))
		}
		t.appendCommand(f, e, command, mark, room)
	default:
		t.appendValue(f, e, room)
	}
	if room == noLimit {
		return printable.Width(t.line[mark:])
	}
	var width int
	t.line, width = printable.Fit(t.line, mark, room)
	return width
}

// appendCommand appends the command of e, or the one in its place, and what the table adds to it. The cell begins at mark.
func (t *Table) appendCommand(f *field, e event.Event, command []byte, mark, room int) {
	if command != nil {
		t.line = append(t.line, command...)
		return
	}
	cut := t.appendValue(f, e, room)
	switch e := e.(type) {
	case *event.ExecFailed:
		t.appendReason(e, mark, room)
	case *event.Exit:
		if !cut {
			t.line = appendExitDetail(t.line, e)
		}
	}
}

// appendValue appends the value in f, about as much of it as room is for, and reports whether it cut something off.
func (t *Table) appendValue(f *field, e event.Event, room int) (cut bool) {
	limit := 0
	if room != noLimit {
		limit = bytesPerColumn * room
	}
	if t.line, cut = t.cell.Append(t.line, f.Column, e, limit); cut {
		t.line = append(t.line, printable.Ellipsis...)
	}
	return cut
}

// bytesPerColumn bounds how much of a value is looked at to fill a column of the
// terminal. Characters have 4 bytes at most; the rest is for accents.
const bytesPerColumn = 8

// pad aligns the cell that begins at mark and takes width columns, and
// returns how many the cell and the gap after it take.
func (t *Table) pad(f *field, mark, width int, last bool) int {
	gap := max(f.width-width, 0)
	switch {
	case f.AlignRight():
		t.line = appendSpaces(t.line, gap)
		cell := t.line[mark:]
		copy(cell[gap:], cell)
		for i := range gap {
			cell[i] = ' '
		}
	case last:
		return width
	default:
		t.line = appendSpaces(t.line, gap)
	}
	if last {
		return width + gap
	}
	t.line = append(t.line, ' ')
	return width + gap + 1
}

func appendSpaces(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, ' ')
	}
	return dst
}

// begin starts a line in the given color and returns where it starts.
func (t *Table) begin(color string) int {
	start := len(t.line)
	if t.color {
		t.line = append(t.line, color...)
	}
	return start
}

// end takes away spaces at the end of the line that begins at start, and ends it.
func (t *Table) end(start int, color string) {
	for len(t.line) > start && t.line[len(t.line)-1] == ' ' {
		t.line = t.line[:len(t.line)-1]
	}
	if t.color && color != "" {
		t.line = append(t.line, reset...)
	}
	t.line = append(t.line, '\n')
}
