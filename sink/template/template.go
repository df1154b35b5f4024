// Package template writes events by a template of the user: a Go template
// (text/template) over the columns of package event.
package template

import (
	"bytes"
	"fmt"
	"text/template"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink"
)

// Template is a sink that writes what a template makes of each event, and a newline.
// For events of which it makes nothing, it writes nothing.
type Template struct {
	out      *sink.Writer
	template *template.Template
	columns  []*event.Column // those that the template uses

	values map[string]any // what the template sees: the value of each column, by name
	cell   sink.Cell
	text   []byte
	line   bytes.Buffer
}

// New returns a sink that writes to out by the template in text. It closes out
// when it is closed.
//
// Columns are written {{.pid}}. Beside the functions of text/template there are
// json, upper and lower. What a template writes of an event is escaped, so that
// nothing but printable text reaches a terminal; its own text is not.
//
// Whatever can be wrong with the template is found here: bad syntax, a column
// that there is not, a function that is applied to the wrong type.
func New(out *sink.Writer, text string) (*Template, error) {
	parsed, err := template.New("output").Funcs(functions()).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("parse template: %w", err)
	}
	columns, err := prepare(parsed)
	if err != nil {
		return nil, fmt.Errorf("parse template: %w", err)
	}
	t := &Template{out: out, template: parsed, columns: columns, values: make(map[string]any)}
	for _, e := range trials() {
		if err := t.render(e); err != nil {
			return nil, fmt.Errorf("try template: %w", err)
		}
	}
	return t, nil
}

// Write writes what the template makes of an event.
func (t *Template) Write(e event.Event) error {
	if err := t.render(e); err != nil {
		return fmt.Errorf("write event by template: %w", err)
	}
	if t.line.Len() == 0 {
		return t.out.Err()
	}
	t.line.WriteByte('\n')
	_, err := t.out.Write(t.line.Bytes())
	return err
}

// Flush writes out what is buffered.
func (t *Template) Flush() error { return t.out.Flush() }

// Close flushes and closes the writer.
func (t *Template) Close() error { return t.out.Close() }

func (t *Template) render(e event.Event) error {
	for _, c := range t.columns {
		t.values[c.Name] = t.value(c, e)
	}
	t.line.Reset()
	return t.template.Execute(&t.line, t.values)
}

// value returns what the template sees of a column. Text and lists that an
// event does not have are empty; so are numbers, but not 0: they are nil.
func (t *Template) value(c *event.Column, e event.Event) any {
	switch c.Type {
	case event.TypeList:
		list, _ := c.Value(e).([]string)
		return words(list)
	case event.TypeText:
		if c.Form(e) == event.FormCommand {
			t.text, _ = t.cell.Append(t.text[:0], c, e, 0)
			return string(t.text)
		}
		text, _ := c.Value(e).(string)
		return text
	default:
		return c.Value(e)
	}
}
