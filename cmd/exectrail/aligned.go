package main

import (
	"io"
	"strings"
	"text/tabwriter"
)

// writeAligned writes rows with their columns aligned. Cells must be printable.
func writeAligned(w io.Writer, rows [][]string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, cells := range rows {
		if _, err := io.WriteString(t, strings.Join(cells, "\t")+"\n"); err != nil {
			return err
		}
	}
	return t.Flush()
}
