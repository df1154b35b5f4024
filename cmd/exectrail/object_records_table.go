package main

import (
	"bytes"
	"fmt"

	"github.com/exectrail/exectrail/internal/printable"
	"github.com/exectrail/exectrail/object"
	"github.com/exectrail/exectrail/object/layout"
)

// appendHeading appends the names of the columns, unless those of the same buffer stand above.
func (p *recordPrinter) appendHeading(v *view) {
	if p.headed == v || len(v.columns) == 0 {
		return
	}
	p.headed = v
	for i := range v.columns {
		c := &v.columns[i]
		mark := len(p.line)
		p.line = printable.AppendEscaped(p.line, c.header)
		p.pad(c, mark, printable.Width(p.line[mark:]), i == len(v.columns)-1)
	}
	p.endLine(0)
}

// appendRow appends a record as a line of the table.
func (p *recordPrinter) appendRow(r *object.Record, v *view) {
	p.appendHeading(v)
	value := v.typ.Decode(withoutPadding(r, v.typ))
	start := len(p.line)
	used := 0
	for i := range v.columns {
		c, last := &v.columns[i], i == len(v.columns)-1
		mark := len(p.line)
		p.appendCell(c, v, value)
		width := printable.Width(p.line[mark:])
		if room := p.room(c, used, last); room > 0 && width > room {
			p.line, width = printable.Fit(p.line, mark, room)
		}
		if c.right {
			c.width = max(c.width, width) // from here on the column stays this wide
		}
		used += p.pad(c, mark, width, last)
	}
	if len(value.Rest()) > 0 {
		mark := len(p.line)
		p.line = layout.AppendRest(append(p.line, " + "...), value)
		if p.width > 0 {
			p.line, _ = printable.Fit(p.line, mark, max(p.width-used, minRecordText))
		}
	}
	p.endLine(start)
}

func (p *recordPrinter) appendCell(c *recordColumn, v *view, value layout.Value) {
	if c.buffer {
		p.line = printable.AppendEscaped(p.line, v.buffer)
		return
	}
	if c.stamp {
		if at, ok := p.wallTime(v, value); ok {
			p.line = at.In(p.location).AppendFormat(p.line, "15:04:05.000")
			return
		}
	}
	p.line = layout.AppendText(p.line, valueAt(value, c.path))
}

// minRecordText is what the last column gets at least, however narrow the terminal is.
const minRecordText = 20

// room returns how many columns of the terminal a cell may take; 0 stands for no limit. Numbers are never cut.
func (p *recordPrinter) room(c *recordColumn, used int, last bool) int {
	switch {
	case p.width == 0 || c.right || c.stamp:
		return 0
	case last:
		return max(p.width-used, minRecordText)
	default:
		return c.width
	}
}

// pad aligns the cell that begins at mark, and returns how many columns it takes with the gap behind it.
func (p *recordPrinter) pad(c *recordColumn, mark, width int, last bool) int {
	gap := max(c.width-width, 0)
	if c.right {
		p.line = append(p.line, bytes.Repeat([]byte{' '}, gap)...)
		cell := p.line[mark:]
		copy(cell[gap:], cell)
		for i := range gap {
			cell[i] = ' '
		}
	}
	if last {
		return width
	}
	if !c.right {
		p.line = append(p.line, bytes.Repeat([]byte{' '}, gap)...)
	}
	p.line = append(p.line, ' ')
	return width + gap + 1
}

// endLine takes away spaces at the end of the line that begins at start, and ends it.
func (p *recordPrinter) endLine(start int) {
	for len(p.line) > start && p.line[len(p.line)-1] == ' ' {
		p.line = p.line[:len(p.line)-1]
	}
	p.line = append(p.line, '\n')
}

// appendLost appends a line that stands where records are missing.
func (p *recordPrinter) appendLost(r *object.Record) {
	events := "events"
	if r.Lost == 1 {
		events = "event"
	}
	p.line = fmt.Appendf(p.line, "*** lost %d %s", r.Lost, events)
	if r.CPU >= 0 {
		p.line = fmt.Appendf(p.line, " on CPU %d", r.CPU)
	}
	p.line = printable.AppendEscaped(append(p.line, " of "...), r.Buffer)
	p.line = append(p.line, " ***\n"...)
}

// appendDump appends a record of which nothing is known: a line that tells of it, and a hex dump.
func (p *recordPrinter) appendDump(r *object.Record) {
	p.line = printable.AppendEscaped(p.line, r.Buffer)
	if r.CPU >= 0 {
		p.line = fmt.Appendf(p.line, ", CPU %d", r.CPU)
	}
	p.line = fmt.Appendf(p.line, ", %d bytes\n", len(r.Raw))
	limit := maxDump
	if p.output == formatHex {
		limit = 0
	}
	p.line = layout.AppendDump(p.line, "  ", r.Raw, limit)
}

// maxDump is how many bytes of a record are dumped where nobody asked for a dump.
const maxDump = 256

// perfAlign is the size that the kernel rounds records of perf buffers up to, with its own word for their length. The bytes
// that it adds are what was in the buffer before.
const perfAlign = 8

// withoutPadding returns a record without what the kernel added behind it. That is known to be padding where the type
// has a fixed size, or ends with strings, behind the last NUL.
func withoutPadding(r *object.Record, t *layout.Type) []byte {
	if r.CPU < 0 {
		return r.Raw
	}
	extra := len(r.Raw) - t.Size()
	if !t.Open() {
		if 0 < extra && extra < perfAlign {
			return r.Raw[:t.Size()]
		}
		return r.Raw
	}
	if fields := t.Fields(); extra > 0 && len(fields) > 0 && fields[len(fields)-1].Type.Kind() == layout.Strings {
		behind := len(r.Raw) - 1 - bytes.LastIndexByte(r.Raw, 0)
		if behind < min(perfAlign, extra) {
			return r.Raw[:len(r.Raw)-behind]
		}
	}
	return r.Raw
}
