package main

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/exectrail/exectrail/event"
)

type fieldsOptions struct {
	output choice
}

func newFieldsCommand() *cobra.Command {
	opts := fieldsOptions{output: oneOf(formatText, formatJSON)}
	cmd := &cobra.Command{
		Use:   "fields",
		Short: "List what filters can ask of events",
		Long: `List the fields of events, for --filter: their names, types, an example of a value, and what
they mean. A field has several names, all of which may be used: that of the column, and that in
JSON. Fields with a point before their name are those of each process among the ancestors.
` + exitStatusHelp,
		Example: `  exectrail fields
  exectrail fields | grep container
  exectrail fields -o json | jq -r '.fields[].name'`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if opts.output.value == formatJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(listFields())
			}
			return writeFields(cmd.OutOrStdout(), listFields())
		},
	}
	addReportFormat(cmd, &opts.output)
	return cmd
}

// fieldList is what filters can ask of events, and of the ancestors in them.
type fieldList struct {
	Fields   []fieldEntry `json:"fields"`
	Ancestor []fieldEntry `json:"ancestor_fields"`
}

type fieldEntry struct {
	Name    string           `json:"name"`
	Aliases []string         `json:"aliases,omitempty"`
	Type    event.ColumnType `json:"type"`
	Actions []event.Action   `json:"actions,omitempty"`
	Meaning string           `json:"meaning"`
	Example string           `json:"example"`
}

func listFields() fieldList {
	var list fieldList
	for _, f := range event.Fields() {
		list.Fields = append(list.Fields, fieldEntry{f.Name, f.Aliases, f.Type, f.Actions, f.Meaning, f.Example})
	}
	for _, f := range event.ProcessFields() {
		list.Ancestor = append(list.Ancestor, fieldEntry{f.Name, f.Aliases, f.Type, nil, f.Meaning, f.Example})
	}
	return list
}

func writeFields(w io.Writer, list fieldList) error {
	var rows bytes.Buffer
	rows.WriteString("NAME\tALSO\tTYPE\tEXAMPLE\tMEANING\n")
	row := func(point string, f fieldEntry, events string) {
		var also []string
		for _, a := range f.Aliases {
			also = append(also, point+a)
		}
		cells := []string{point + f.Name, strings.Join(also, ","), string(f.Type), f.Example, f.Meaning + " (" + events + ")"}
		rows.WriteString(strings.Join(cells, "\t") + "\n")
	}
	for _, f := range list.Fields {
		row("", f, event.ActionList(f.Actions))
	}
	for _, f := range list.Ancestor {
		row(".", f, "ancestors")
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if _, err := table.Write(rows.Bytes()); err != nil {
		return err
	}
	return table.Flush()
}
