package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink"
	"github.com/exectrail/exectrail/sink/ecs"
	"github.com/exectrail/exectrail/sink/table"
	"github.com/exectrail/exectrail/sink/template"
)

// results is where the events of a session go.
type results struct {
	sink.Sink
	out  io.Writer
	file *os.File // nil for stdout
}

func openResults(opts *traceOptions, stdout io.Writer) (*results, error) {
	r := &results{out: stdout}
	if opts.outputFile != "" {
		f, err := createPrivate(opts.outputFile)
		if err != nil {
			return nil, fmt.Errorf("create output file: %w", err)
		}
		r.out, r.file = f, f
	}
	var err error
	if r.Sink, err = newSink(opts, r.out); err != nil {
		return nil, errors.Join(err, r.closeFile())
	}
	return r, nil
}

func newSink(opts *traceOptions, out io.Writer) (sink.Sink, error) {
	interval := sink.FlushInterval
	if isTerminal(out) {
		interval = 0
	}
	w := sink.NewWriter(out, interval)
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
		Columns:    columns,
		Width:      terminalWidth(out),
		Wide:       opts.wide,
		NoCollapse: opts.noCollapse,
		OnlyFailed: opts.failed == failedOnly,
		Tree:       opts.tree,
		Color:      wantsColor(out),
		Timestamps: table.Timestamps(opts.timestamps.value),
	}), nil
}

// Close writes out what is buffered and closes what was opened.
func (r *results) Close() error {
	return errors.Join(r.Sink.Close(), r.closeFile())
}

func (r *results) closeFile() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}
