package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/outlet"
	"github.com/exectrail/exectrail/sink"
	"github.com/exectrail/exectrail/sink/ecs"
	"github.com/exectrail/exectrail/sink/table"
	"github.com/exectrail/exectrail/sink/template"
)

// results is where the events of a session go.
type results struct {
	*sink.Counted
	out     io.Writer
	file    *os.File    // nil for stdout
	full    atomic.Bool // the disk is
	heading sync.WaitGroup

	outlet *outlet.Outlet
	// marked is set in a pinned session: nothing is written but up to a mark, of which there is one after so many events.
	marked int
}

func openResults(opts *traceOptions, stdout io.Writer, canWait func() bool, ui *ui) (*results, error) {
	out := stdout
	if opts.outputFile != "" {
		create := createPrivate
		if opts.pin != "" {
			create = appendPrivate // what was written before a restart is to stay
		}
		f, err := create(opts.outputFile)
		if err != nil {
			return nil, fmt.Errorf("create output file: %w", err)
		}
		out = f
	}
	return openResultsTo(opts, out, canWait, ui)
}

// openResultsTo opens the results on out, which it closes in the end unless it is stdout.
func openResultsTo(opts *traceOptions, out io.Writer, canWait func() bool, ui *ui) (*results, error) {
	r := &results{out: out}
	if f, ok := out.(*os.File); ok && opts.outputFile != "" {
		r.file = f
	}
	if opts.pin != "" {
		r.marked = marksFor(r.out)
	}
	w := r.writer(ui)
	s, err := newSink(opts, w, r.out)
	if err != nil {
		return nil, errors.Join(err, r.closeFile())
	}
	// The kernel does not wait for a slow output for long, but a recording does.
	r.Counted = sink.NewCounted(s, w, opts.replay != "")
	r.WaitWhile(canWait)
	return r, nil
}

// writer returns what writes the results. While a disk is full that is told: nothing else comes then.
func (r *results) writer(ui *ui) *sink.Writer {
	options := outlet.Options{Interval: sink.FlushInterval, DiskFull: func(err error) {
		r.full.Store(err != nil)
		if err == nil {
			ui.notice("output: there is room on the disk again")
			return
		}
		if e := (*fs.PathError)(nil); errors.As(err, &e) {
			err = e.Err
		}
		ui.notice("output: %v; waiting for room", err)
	}}
	options.Marked = r.marked > 0
	if isTerminal(r.out) || r.marked == 1 {
		options.Interval = 0
	}
	r.outlet = outlet.New(r.out, options)
	return sink.NewWriterTo(r.outlet)
}

func newSink(opts *traceOptions, w *sink.Writer, out io.Writer) (sink.Sink, error) {
	switch opts.output.kind {
	case formatJSON:
		return ecs.New(w), nil
	case formatTemplate:
		return template.New(w, opts.output.template)
	}
	columns, err := event.ParseColumns(opts.columns)
	if err != nil {
		return nil, err
	}
	return table.New(w, table.Options{
		Columns: columns,
		Width:   terminalWidth(out),
		Wide:    opts.wide,
		// A line that is held back for the rest of a walk holds back all that comes after it, too.
		NoCollapse: opts.noCollapse || opts.pin != "",
		OnlyFailed: opts.failed == failedOnly,
		Tree:       opts.tree,
		Color:      wantsColor(out),
		Timestamps: table.Timestamps(opts.timestamps.value),
	}), nil
}

// Begin shows the heading of a table, before anything happens, and does not wait for the output to take it.
func (r *results) Begin() {
	r.heading.Go(func() {
		_ = r.Flush() // Write returns the same
	})
}

// outputPatience is how long to wait for the output at the end before a word is said about it.
const outputPatience = 2 * time.Second

// Close waits until what is there is written, and closes what was opened. After a while it says what it waits for.
func (r *results) Close(ctx context.Context, ui *ui) error {
	waits := time.AfterFunc(outputPatience, func() {
		if r.full.Load() {
			return // which was told, and does not take long any more
		}
		again := "Ctrl-C ends this at once, without the rest"
		if ctx.Err() != nil {
			again = "a second " + again
		} else {
			signal.Reset(os.Interrupt, unix.SIGTERM)
		}
		ui.notice("waiting for whoever reads the output to take the rest of it; %s", again)
	})
	err := r.Counted.Close()
	waits.Stop()
	r.heading.Wait()
	return errors.Join(err, r.closeFile())
}

func (r *results) closeFile() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}
