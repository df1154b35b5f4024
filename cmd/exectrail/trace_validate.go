package main

import (
	"io"
	"slices"
	"strings"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink"
	"github.com/exectrail/exectrail/sink/template"
)

// validate finds what makes no sense. given tells whether a flag was set on the command line.
func (o *traceOptions) validate(given func(flag string) bool) error {
	hint := "see 'exectrail trace --help'"
	switch {
	case given("count") && o.count == 0:
		return &usageError{"--count must be at least 1", hint}
	case given("duration") && o.duration <= 0:
		return &usageError{"--duration must be longer than nothing", "such as --duration 90s"}
	case o.quiet && o.verbose:
		return &usageError{"--quiet and --verbose contradict each other", hint}
	}
	if o.output.kind != formatTable {
		for _, flag := range []string{"columns", "wide", "tree"} {
			if given(flag) {
				return &usageError{"--" + flag + " is for tables, and the output format is " + o.output.kind, "leave out --" + flag + " or -o"}
			}
		}
	}
	if o.output.kind == formatJSON && given("timestamps") {
		return &usageError{"--timestamps does not change JSON, where times are as RFC 3339 has them", "leave it out"}
	}
	if given("replay") {
		for _, flag := range []string{"env", "no-self", "duration", "buffer-size", "save-raw", "attach", "pin"} {
			if given(flag) {
				return &usageError{"--" + flag + " is for tracing and cannot be used with --replay", "a recording is read as it is: leave out --" + flag}
			}
		}
	}
	if o.output.kind == formatTemplate {
		if _, err := template.New(sink.NewWriter(io.Discard, 0), o.output.template); err != nil {
			return &usageError{err.Error(), "columns are written {{.pid}}; see 'exectrail help columns'"}
		}
	}
	if _, err := event.ParseColumns(o.columns); err != nil {
		return &usageError{"--columns: " + err.Error(), "see 'exectrail help columns'"}
	}
	if given("pin") {
		if err := exectrail.CheckPinName(o.pin); err != nil {
			return &usageError{"--pin " + quote(o.pin) + ": " + err.Error(), "such as --pin audit"}
		}
	}
	if err := differentFiles([]fileFlag{{"replay", o.replay}, {"save-raw", o.saveRaw}, {"output-file", o.outputFile}}); err != nil {
		return err
	}
	if err := o.validateFailed(given); err != nil {
		return err
	}
	patterns, err := parsePatterns(o.redact, o.redactPatterns)
	o.patterns = patterns
	if err != nil {
		return err
	}
	return o.validateEnv(given("env"))
}

func (o *traceOptions) validateEnv(given bool) error {
	const hint = "such as --env PATH,HOME or --env all"
	if given && len(o.env) == 0 {
		return &usageError{"--env names no variable", hint}
	}
	if len(o.env) > 1 && slices.Contains(o.env, envAll) {
		return &usageError{"--env takes names or all, not both", hint}
	}
	for _, name := range o.env {
		if name == "" || strings.Contains(name, "=") {
			return &usageError{"--env: " + quote(name) + " is no name of a variable", hint}
		}
	}
	return nil
}

// envAll stands for the whole environment.
const envAll = "all"
