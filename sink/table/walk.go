package table

import (
	"bytes"
	"slices"
	"strconv"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/printable"
)

// walk is a search along PATH that can go on: one process tries to run one
// program in one directory after the other.
type walk struct {
	process event.Key
	first   *event.ExecFailed // the failure it began with
	count   int
}

// walks are those that are under way, from the oldest on. There are few: each is over within walkTime.
type walks struct {
	open    []walk
	bytes   int    // about how much memory they take
	command []byte // to work in
}

const (
	// walkTime is how long a walk may take. It bounds how late its line is.
	walkTime = 100 * time.Millisecond
	// At most so many walks, and so many bytes of them, are kept.
	maxWalks     = 1024
	maxWalkBytes = 4 << 20
)

// appendWalks appends the walks that are over with e, and reports whether e is part of one, and so needs no line now.
func (t *Table) appendWalks(e event.Event) (taken bool) {
	for len(t.walks.open) > 0 && t.walks.open[0].over(e) {
		t.show(0, nil)
	}
	failed, _ := e.(*event.ExecFailed)
	p := processOf(e)
	if p == nil || failed == nil && len(t.walks.open) == 0 {
		return false
	}
	taken = failed != nil && t.collapse && notFound(failed)
	at := slices.IndexFunc(t.walks.open, func(w walk) bool { return w.process == p.Key })
	switch {
	case at < 0:
	case taken && t.walks.open[at].seeks(failed.Filename):
		t.walks.open[at].count++
		return true
	default:
		t.show(at, e)
	}
	if taken {
		t.walks.add(p.Key, failed)
		for len(t.walks.open) > maxWalks || t.walks.bytes > maxWalkBytes {
			t.show(0, nil)
		}
	}
	return taken
}

// notFound reports whether e can be a step along PATH. An interpreter that is missing is none: the file was found.
func notFound(e *event.ExecFailed) bool {
	return e.Code == "ENOENT" && (e.Cause == event.CauseNoFile || e.Cause == event.CauseUnknown) &&
		len(baseName(e.Filename)) > 0
}

func baseName(path []byte) []byte { return path[bytes.LastIndexByte(path, '/')+1:] }

func (w *walk) seeks(path []byte) bool {
	return bytes.Equal(baseName(w.first.Filename), baseName(path))
}

// over reports whether w is over with e: what was lost may have been part of it, and time may be up.
func (w *walk) over(e event.Event) bool {
	switch e.(type) {
	case *event.Lost, *event.Clock:
		return true
	}
	return e.Header().Boot >= w.first.Boot+uint64(walkTime)
}

func (w *walk) size() int {
	const fixed = 2 << 10 // the event, and the process with some ancestors
	e := w.first
	return fixed + len(e.Args.Raw) + len(e.Filename) + len(e.Directory) + len(e.Detail)
}

func (w *walks) add(process event.Key, e *event.ExecFailed) {
	first, _ := e.Clone().(*event.ExecFailed)
	w.open = append(w.open, walk{process, first, 1})
	w.bytes += w.open[len(w.open)-1].size()
}

// show appends the line of a walk, which e ended if it is not nil.
func (t *Table) show(at int, e event.Event) {
	w := t.walks.open[at]
	t.walks.open = slices.Delete(t.walks.open, at, at+1)
	t.walks.bytes -= w.size()
	found, _ := e.(*event.Exec)
	if found != nil && !w.seeks(found.Filename) {
		found = nil
	}
	if found == nil && w.count == 1 {
		t.appendEvent(w.first)
		return
	}
	color := yellow
	line := printable.AppendEscaped(t.walks.command[:0], baseName(w.first.Filename))
	line = strconv.AppendInt(append(line, ": "...), int64(w.count), 10)
	line = append(line, " not found"...)
	if found != nil {
		line = printable.AppendEscaped(append(line, ", then "...), found.Filename)
		color = faint
	}
	t.walks.command = line
	t.appendRow(w.first, color, line)
}

// showAll appends the lines of all walks.
func (t *Table) showAll() {
	for len(t.walks.open) > 0 {
		t.show(0, nil)
	}
}
