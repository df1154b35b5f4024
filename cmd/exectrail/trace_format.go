package main

import (
	"errors"
	"strings"
)

// The output formats of the commands.
const (
	formatText     = "text"
	formatTable    = "table"
	formatJSON     = "json"
	formatTemplate = "template"
	formatMarkdown = "markdown"
)

// traceFormat is the flag -o of trace.
type traceFormat struct {
	kind     string
	template string
}

// String, Set and Type implement pflag.Value.
func (f *traceFormat) String() string {
	if f.kind == formatTemplate {
		return formatTemplate + "=" + f.template
	}
	return f.kind
}

func (f *traceFormat) Set(s string) error {
	kind, text, attached := strings.Cut(s, "=")
	switch {
	case s == formatTable, s == formatJSON:
	case kind == formatTemplate && attached && text != "":
	default:
		return errors.New("must be table, json, or template=TEXT")
	}
	*f = traceFormat{kind, text}
	return nil
}

func (f *traceFormat) Type() string { return "format" }
