// Package table shows events as lines of a table that grows as they come.
package table

import (
	"sync"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink"
)

// Options say what a table looks like.
type Options struct {
	// Columns are the columns from left to right; none stands for [event.DefaultColumns].
	Columns []*event.Column
	// Width is the width of the terminal, which text is cut for; 0 stands for no
	// limit. Numbers and notices are never cut, and the last column gets 20
	// columns of the terminal at least: where that is too much, lines wrap.
	Width int
	// Wide lets lines be longer than Width, so that nothing is cut.
	Wide bool
	// NoCollapse shows each failed exec. Otherwise a walk along PATH is one line: see [New].
	NoCollapse bool
	// OnlyFailed leaves out the execs that succeeded.
	OnlyFailed bool
	// Tree indents each command by the number of its ancestors, from the first one on that is in the table.
	Tree bool
	// Color marks what needs attention with colors of the terminal.
	Color bool
	// Timestamps is how times are shown; [Local] when empty.
	Timestamps Timestamps
	// Location is the time zone of local times; nil stands for [time.Local].
	Location *time.Location
}

// Table is a sink that writes a heading and then a line for each event.
type Table struct {
	out   *sink.Writer
	width int // 0: no limit
	color bool
	tree  *tree // nil: commands are not indented

	collapse, onlyFailed bool

	mu       sync.Mutex // guards what follows: Flush and the timer may write while an event is written
	walks    walks
	idle     idleTimer
	clock    clock
	fields   []field
	cell     sink.Cell
	sentence []byte
	reason   []byte
	line     []byte
	headed   bool
}

// field is a column and its place in the line.
type field struct {
	*event.Column
	command bool
	width   int
}

// New returns a table that writes to out. It closes out when it is closed.
//
// The heading is written with the first event or flush, whichever is first.
//
// Where there is the column command, the failures of one process to find one program are one line:
// "ls: 5 not found, then /usr/bin/ls", or without the end when it was not found at all. That
// line stands before the next one of the process. It waits for at most 100 ms of the time of
// events, or until no event came for about 100 ms.
func New(out *sink.Writer, options Options) *Table {
	t := &Table{
		out: out, width: max(options.Width, 0), color: options.Color, clock: newClock(options),
		onlyFailed: options.OnlyFailed,
	}
	t.idle.expire = t.expire
	if options.Wide {
		t.width = 0
	}
	if options.Tree {
		t.tree = &tree{}
	}
	columns := options.Columns
	if len(columns) == 0 {
		columns = event.DefaultColumns()
	}
	for _, c := range columns {
		f := field{Column: c, command: c.Name == "command", width: max(c.Width, len(c.Header()))}
		if c.Type == event.TypeTime {
			f.width = max(f.width, t.clock.width())
		}
		t.collapse = t.collapse || f.command && !options.NoCollapse
		t.fields = append(t.fields, f)
	}
	if t.width > 0 {
		shrink(t.fields, t.width)
	}
	return t
}

// minLast is what the last column gets at least.
const minLast = 20

// shrink narrows columns of text so that the last column gets at least minLast of width.
func shrink(fields []field, width int) {
	const minText = 8
	last := len(fields) - 1
	excess := min(minLast, fields[last].width) - width
	for _, f := range fields[:last] {
		excess += f.width + 1
	}
	for i := last - 1; i >= 0 && excess > 0; i-- {
		f := &fields[i]
		if f.AlignRight() || f.Type == event.TypeTime {
			continue
		}
		if narrow := max(f.width-excess, minText, len(f.Header())); narrow < f.width {
			excess -= f.width - narrow
			f.width = narrow
		}
	}
}

// Write writes the line of an event.
func (t *Table) Write(e event.Event) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.line = t.line[:0]
	t.appendHeading()
	if !t.appendWalks(e) {
		t.appendEvent(e)
	}
	if len(t.line) == 0 {
		if err := t.out.Err(); err != nil {
			return err
		}
	} else if err := t.send(); err != nil {
		return err
	}
	t.idle.event(len(t.walks.open) > 0)
	return nil
}

func (t *Table) appendEvent(e event.Event) {
	switch e.(type) {
	case *event.Lost:
		t.appendNotice(e, red)
	case *event.Clock:
		t.appendNotice(e, yellow)
	case *event.Exec:
		if !t.onlyFailed {
			t.appendRow(e, "", nil)
		}
	case *event.ExecFailed:
		t.appendRow(e, yellow, nil)
	default:
		t.appendRow(e, faint, nil)
	}
}

// Flush writes out what is buffered, and the heading if nothing came so far. A
// walk along PATH that can go on is not shown yet.
func (t *Table) Flush() error {
	t.mu.Lock()
	err := t.head()
	t.mu.Unlock()
	if err != nil {
		return err
	}
	// Not while events have to wait for it.
	return t.out.Flush()
}

// head writes the heading if nothing was written so far.
func (t *Table) head() error {
	if t.headed {
		return nil
	}
	t.line = t.line[:0]
	t.appendHeading()
	return t.send()
}

// Holds reports whether there is a walk along PATH that is not shown yet.
func (t *Table) Holds() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.walks.open) > 0
}

// Close writes out all there is and closes the writer.
func (t *Table) Close() error {
	t.mu.Lock()
	t.idle.stop()
	err := t.finish()
	t.mu.Unlock()
	if err != nil {
		_ = t.out.Close() // returns the same
		return err
	}
	return t.out.Close()
}

// finish shows the walks that wait, and the heading if there was no line yet.
func (t *Table) finish() error {
	t.line = t.line[:0]
	t.appendHeading()
	t.showAll()
	if len(t.line) == 0 {
		return nil
	}
	return t.send()
}

func (t *Table) send() error {
	_, err := t.out.Write(t.line)
	if cap(t.line) > keepBytes {
		t.line = nil // one huge command is no reason to hold its size for good
	}
	return err
}

const keepBytes = 1 << 20

// appendHeading appends the names of the columns, once.
func (t *Table) appendHeading() {
	if t.headed {
		return
	}
	t.headed = true
	for i := range t.fields {
		f := &t.fields[i]
		mark := len(t.line)
		t.line = append(t.line, f.Header()...)
		t.pad(f, mark, len(f.Header()), i == len(t.fields)-1)
	}
	t.line = append(t.line, '\n')
}
