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

// appendRow appends the line of an event that is about a process.
func (t *Table) appendRow(e event.Event, color string) {
	start := t.begin(color)
	used := 0
	for i := range t.fields {
		f, last := &t.fields[i], i == len(t.fields)-1
		mark := len(t.line)
		width := t.appendCell(f, e, t.room(f, used, last))
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
func (t *Table) appendCell(f *field, e event.Event, room int) int {
	mark := len(t.line)
	if f.Type == event.TypeTime {
		t.line = t.clock.append(t.line, e.Header())
	} else {
		if f.command && t.tree != nil {
			t.line = appendSpaces(t.line, t.tree.indent(e, room))
		}
		limit := 0
		if room != noLimit {
			limit = bytesPerColumn * room
		}
		var cut bool
		if t.line, cut = t.cell.Append(t.line, f.Column, e, limit); cut {
			t.line = append(t.line, printable.Ellipsis...)
		} else if x, ok := e.(*event.Exit); ok && f.command {
			t.line = appendExitDetail(t.line, x)
		}
	}
	if room == noLimit {
		return printable.Width(t.line[mark:])
	}
	var width int
	t.line, width = printable.Fit(t.line, mark, room)
	return width
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
