package sink

import (
	"strconv"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/printable"
)

// Cell renders values of columns for a reader: escaped or quoted, so that
// nothing but printable text comes out. It keeps a buffer to work in.
type Cell struct {
	raw []byte
}

// Append appends the value of the column for e. When limit is above 0, of a
// longer value only about its first limit bytes are rendered, and cut tells so.
func (c *Cell) Append(dst []byte, column *event.Column, e event.Event, limit int) (out []byte, cut bool) {
	c.raw = column.Append(c.raw[:0], e)
	raw := c.raw
	if limit > 0 && len(raw) > limit {
		raw, cut = raw[:limit], true
	}
	missing := column.Cut(e)
	dst = appendValue(dst, raw, column.Form(e), missing)
	if cap(c.raw) > keepBytes {
		c.raw = nil // one huge command is no reason to hold its size for good
	}
	if !cut {
		dst = appendMissing(dst, missing)
	}
	return dst, cut
}

const keepBytes = 1 << 20

// appendValue appends a value, with a mark for what is missing at its beginning or in the middle.
func appendValue(dst, raw []byte, form event.Form, missing event.Cut) []byte {
	if form == event.FormText {
		if missing.Start {
			dst = append(dst, printable.Ellipsis...)
		}
		return printable.AppendEscaped(dst, raw)
	}
	start, tail := len(dst), []byte(nil)
	switch hole := missing.Hole; {
	case missing.Start:
		raw, tail = nil, raw
	case hole > 0 && hole < len(raw):
		raw, tail = raw[:hole], raw[hole:]
	}
	if form == event.FormCommand {
		dst = printable.AppendCommand(dst, raw)
	} else {
		dst = printable.AppendWords(dst, raw)
	}
	if len(tail) > 0 {
		dst = printable.AppendHole(dst, start, tail)
	}
	return dst
}

// appendMissing says what is missing in a comment of the shell, so that a
// command with it can still be pasted.
func appendMissing(dst []byte, missing event.Cut) []byte {
	if !missing.End && missing.Missing == 0 {
		return dst
	}
	if len(dst) > 0 && dst[len(dst)-1] != ' ' {
		dst = append(dst, ' ')
	}
	if missing.Missing == 0 {
		return append(dst, "# cut"...)
	}
	dst = strconv.AppendUint(append(dst, "# "...), missing.Missing, 10)
	dst = append(dst, " byte"...)
	if missing.Missing != 1 {
		dst = append(dst, 's')
	}
	dst = append(dst, " missing"...)
	if !missing.End {
		dst = append(dst, " at "+printable.Ellipsis...)
	}
	return dst
}
