package main

import (
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/exectrail/exectrail/internal/printable"
	"github.com/exectrail/exectrail/object"
	"github.com/exectrail/exectrail/object/layout"
)

const formatHex = "hex"

// recordOptions say how the records of an object are shown.
type recordOptions struct {
	output  choice
	types   []string
	formats []string
	time    string
	columns []string
	// width is how many columns the terminal has; with 0 nothing is cut.
	width int
}

func addRecordFlags(cmd *cobra.Command, o *recordOptions) {
	f := cmd.Flags()
	o.output = oneOf(formatTable, formatJSON, formatHex)
	addReportFormat(cmd, &o.output)
	f.StringArrayVar(&o.types, "type", nil, "show records as this struct of the object, `[BUFFER=]STRUCT`")
	f.StringArrayVar(&o.formats, "format", nil, "show records as these fields, `[BUFFER=]'TYPE NAME, ...'`")
	f.StringVar(&o.time, "time", "", "show the stamps in `FIELD[=CLOCK]` as wall time; CLOCK is boottime, monotonic or tai")
	f.StringSliceVar(&o.columns, "columns", nil, "the `fields` of the table, in this order, with commas between them")
	complete(cmd, "format")
	complete(cmd, "columns")
}

// json reports whether the output is JSON.
func (o *recordOptions) json() bool { return o.output.value == formatJSON }

// recordPrinter shows records, each with one write.
type recordPrinter struct {
	w        io.Writer
	output   string
	width    int
	location *time.Location

	views  map[string]*view // by buffer
	clock  *layout.Clock    // nil: no stamps are shown as wall time
	source layout.Source

	headed *view // whose heading stands above
	line   []byte
}

// newRecordPrinter returns a printer for the records of o, which writes to w. Wall time is right as long as
// followClocks runs.
func newRecordPrinter(w io.Writer, o *object.Object, opts recordOptions) (*recordPrinter, error) {
	p := &recordPrinter{w: w, output: opts.output.value, width: opts.width, location: time.Local, views: map[string]*view{}}
	buffers := o.BufferNames()
	layouts, err := bufferLayouts(o, buffers, &opts)
	if err != nil {
		return nil, err
	}
	stamps, err := p.chooseTime(o, layouts, opts.time)
	if err != nil {
		return nil, err
	}
	if err := checkColumns(layouts, &opts); err != nil {
		return nil, err
	}
	for _, name := range buffers {
		p.views[name] = newView(name, layouts[name], stamps, opts.columns, buffers)
	}
	return p, nil
}

// print shows a record.
func (p *recordPrinter) print(r *object.Record) error {
	p.line = p.line[:0]
	v := p.views[r.Buffer]
	switch {
	case p.output == formatJSON:
		p.appendJSON(r, v)
	case r.Lost > 0:
		p.appendLost(r)
	case r.Text:
		p.line = append(printable.AppendEscaped(p.line, r.Raw), '\n')
	case v == nil || v.typ == nil || p.output == formatHex:
		p.appendDump(r)
	default:
		p.appendRow(r, v)
	}
	_, err := p.w.Write(p.line)
	return err
}

// begin shows the heading of the table, if it is known before the first record.
func (p *recordPrinter) begin() error {
	p.line = p.line[:0]
	if p.output == formatTable && p.headed == nil && len(p.views) == 1 {
		for _, v := range p.views {
			p.appendHeading(v)
		}
	}
	if len(p.line) == 0 {
		return nil
	}
	_, err := p.w.Write(p.line)
	return err
}
