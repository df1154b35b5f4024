package table

import (
	"bytes"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/printable"
)

// What stands between a command and why it failed begins a comment of the shell, so that the line can be pasted.
const (
	reasonMark       = " # failed: "
	reasonMarkNarrow = " # "
)

// appendReason adds to the command, whose cell begins at mark, why it failed. Where there is not room
// for both, the command gets a third of it at least.
func (t *Table) appendReason(e *event.ExecFailed, mark, room int) {
	t.reason = append(t.reason[:0], reasonMark...)
	t.reason = printable.AppendEscaped(t.reason, t.reasonOf(e))
	if room == noLimit {
		t.line = append(t.line, t.reason...)
		return
	}
	reason, wide := t.reason, printable.Width(t.reason)
	if printable.Width(t.line[mark:])+wide > room {
		reason = t.reason[len(reasonMark)-len(reasonMarkNarrow):]
		copy(reason, reasonMarkNarrow)
		wide -= len(reasonMark) - len(reasonMarkNarrow)
		t.line, _ = printable.Fit(t.line, mark, max(room-wide, room/3))
	}
	t.line = append(t.line, reason...)
}

// reasonOf returns why it failed, without the name of the file where the command begins with that.
func (t *Table) reasonOf(e *event.ExecFailed) []byte {
	t.sentence = event.AppendSentence(t.sentence[:0], e)
	end := len(t.sentence)
	t.sentence = event.AppendFailure(t.sentence, e)
	reason := t.sentence[end:]
	if program, _, _ := bytes.Cut(e.Args.Head(), []byte{0}); len(e.Args.Raw) > 0 && !bytes.Equal(program, e.Filename) {
		return reason
	}
	file := t.sentence[len("[") : end-len("]")]
	rest, named := bytes.CutPrefix(reason, file)
	if rest, ok := bytes.CutPrefix(rest, []byte(": ")); named && ok {
		return rest
	}
	return reason
}
