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

// parsePatterns compiles what tells further secrets.
func parsePatterns(mode choice, texts []string) ([]*regexp.Regexp, error) {
	if len(texts) > 0 && mode.value == redactOff {
		return nil, &usageError{"--redact-pattern tells secrets, and --redact=off leaves them as they are", "give one of them"}
	}
	var patterns []*regexp.Regexp
	for _, text := range texts {
		p, err := regexp.Compile(text)
		if err != nil {
			return nil, &usageError{fmt.Sprintf("--redact-pattern %s: %v", quote(text), err), `such as --redact-pattern 'customer=(\d+)'; see https://github.com/google/re2/wiki/Syntax`}
		}
		patterns = append(patterns, p)
	}
	return patterns, nil
}

func (o *traceOptions) redaction(stdout io.Writer) exectrail.Redaction {
	return redaction(o.redact, o.patterns, o.outputFile == "" && isTerminal(stdout))
}

// redaction returns where secrets are replaced, which depends on whether a terminal alone shows the events. A pattern that was
// given is meant for the terminal, too.
func redaction(mode choice, patterns []*regexp.Regexp, shown bool) exectrail.Redaction {
	return exectrail.Redaction{
		Events:   mode.value == redactOn || mode.value == redactAuto && (!shown || len(patterns) > 0),
		RawCopy:  mode.value != redactOff,
		Patterns: patterns,
	}
}
