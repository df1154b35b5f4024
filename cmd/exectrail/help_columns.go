package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/exectrail/exectrail/event"
)

// newColumnsTopic returns a help topic: a command that does nothing.
func newColumnsTopic() *cobra.Command {
	var names strings.Builder
	for _, c := range event.Columns() {
		fmt.Fprintf(&names, "    %-12s  %s (%s)\n", c.Name, c.Meaning, event.ActionList(c.Actions))
	}
	return &cobra.Command{
		Use:   "columns",
		Short: "The columns of events",
		Long: `The columns of events, for --columns and, as in {{.pid}}, for
-o template=TEXT. In parentheses stand the kinds of event that have them.

Shown by default: ` + strings.Join(columnNames(event.DefaultColumns()), ",") + `

` + names.String(),
	}
}

func columnNames(columns []*event.Column) []string {
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	return names
}
