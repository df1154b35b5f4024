package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/exectrail/exectrail/internal/probe"
)

// writeReport writes a report for a person: one line for each check, by group.
func writeReport(w io.Writer, r probe.Report) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Linux %s on %s\n", r.Kernel, r.Arch)
	paint := painter(w)
	group := ""
	for _, c := range r.Checks {
		if c.Group != group {
			group = c.Group
			fmt.Fprintf(&b, "\n%s\n", group)
		}
		// Colour after padding: its bytes take no place on the terminal.
		fmt.Fprintf(&b, "  %s  %-*s  %s\n", paint(c.State), nameWidth(r, group), c.Name, outcome(c))
	}
	if r.Works {
		fmt.Fprint(&b, "\nThis machine can be traced.\n")
	} else {
		fmt.Fprintln(&b)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// outcome tells what was found or why there is nothing, in parentheses what it
// is for, and how to get what is unavailable. How to get what is missing is told by
// the failure that ends the command.
func outcome(c probe.Check) string {
	text := strings.Trim(c.Detail+"; "+c.Reason, "; ")
	text = strings.TrimSpace(text + " (" + c.Purpose + ")")
	if c.State == probe.StateUnavailable && c.Hint != "" {
		text += "; " + c.Hint
	}
	return text
}

func nameWidth(r probe.Report, group string) int {
	width := 0
	for _, c := range r.Checks {
		if c.Group == group {
			width = max(width, len(c.Name))
		}
	}
	return width
}

// painter returns a function that pads a state to its column and colours it if w is to have colours.
func painter(w io.Writer) func(probe.State) string {
	const green, yellow, red, plain = "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[0m"
	color := wantsColor(w)
	return func(s probe.State) string {
		text := fmt.Sprintf("%-*s", len(probe.StateUnavailable), s)
		switch {
		case !color:
			return text
		case s == probe.StateOK:
			return green + text + plain
		case s == probe.StateMissing:
			return red + text + plain
		}
		return yellow + text + plain
	}
}
