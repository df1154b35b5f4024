package main

import (
	"fmt"
	"io"
	"regexp"

	"github.com/exectrail/exectrail"
)

// The values of --redact. redactAuto redacts all but what a terminal shows: what reads a pipe mostly keeps it.
const (
	redactAuto = "auto"
	redactOn   = "on"
	redactOff  = "off"
)

func redactModes() choice { return oneOf(redactAuto, redactOn, redactOff) }

func (o *traceOptions) validateRedaction() error {
	if len(o.redactPatterns) > 0 && o.redact.value == redactOff {
		return &usageError{"--redact-pattern tells secrets, and --redact=off leaves them as they are", "give one of them"}
	}
	o.patterns = nil
	for _, text := range o.redactPatterns {
		p, err := regexp.Compile(text)
		if err != nil {
			return &usageError{fmt.Sprintf("--redact-pattern %s: %v", quote(text), err), `such as --redact-pattern 'customer=(\d+)'; see https://github.com/google/re2/wiki/Syntax`}
		}
		o.patterns = append(o.patterns, p)
	}
	return nil
}

// redaction returns where secrets are replaced. A pattern that was given is meant for the terminal, too.
func (o *traceOptions) redaction(stdout io.Writer) exectrail.Redaction {
	shown := o.outputFile == "" && isTerminal(stdout) && len(o.patterns) == 0
	return exectrail.Redaction{
		Events:   o.redact.value == redactOn || o.redact.value == redactAuto && !shown,
		RawCopy:  o.redact.value != redactOff,
		Patterns: o.patterns,
	}
}
