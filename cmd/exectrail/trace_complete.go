package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/exectrail/exectrail/event"
)

func completeTrace(cmd *cobra.Command, opts *traceOptions) {
	complete(cmd, "output", formatTable, formatJSON, formatTemplate+"=")
	complete(cmd, "timestamps", opts.timestamps.allowed...)
	complete(cmd, "env", envAll)
	complete(cmd, "redact", opts.redact.allowed...)
	completeWith(cmd, "columns", completeColumns)
	completeWith(cmd, "pin", completePins)
}

// completeColumns completes the last name in a list such as "time,us" or "+cwd,-g".
func completeColumns(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before, last := "", typed
	if i := strings.LastIndexByte(typed, ','); i >= 0 {
		before, last = typed[:i+1], typed[i+1:]
	}
	if last != "" && (last[0] == '+' || last[0] == '-') {
		before, last = before+last[:1], last[1:]
	}
	var found []cobra.Completion
	for _, c := range event.Columns() {
		if strings.HasPrefix(c.Name, last) {
			found = append(found, cobra.CompletionWithDesc(before+c.Name, c.Meaning))
		}
	}
	return found, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}
