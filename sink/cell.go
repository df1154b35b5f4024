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
	if missing.Start {
		dst = append(dst, printable.Ellipsis...)
	}
	switch column.Form(e) {
	case event.FormCommand:
		dst = printable.AppendCommand(dst, raw)
	case event.FormWords:
		dst = printable.AppendWords(dst, raw)
	default:
		dst = printable.AppendEscaped(dst, raw)
	}
	if cap(c.raw) > keepBytes {
		c.raw = nil // one huge command is no reason to hold its size for good
	}
	if missing.End && !cut {
		dst = appendMissing(dst, missing.Missing)
	}
	return dst, cut
}

const keepBytes = 1 << 20

// appendMissing says what is missing in a comment of the shell, so that a
// command with it can still be pasted.
func appendMissing(dst []byte, bytes uint64) []byte {
	if len(dst) > 0 && dst[len(dst)-1] != ' ' {
		dst = append(dst, ' ')
	}
	if bytes == 0 {
		return append(dst, "# cut"...)
	}
	dst = strconv.AppendUint(append(dst, "# "...), bytes, 10)
	if bytes == 1 {
		return append(dst, " byte missing"...)
	}
	return append(dst, " bytes missing"...)
}
