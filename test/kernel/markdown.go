package main

import (
	"bytes"
	"fmt"
	"strings"
)

// row is a line of a table that has a column for each kernel.
type row struct {
	name string
	cell func(abilities) string
}

func writeTable(b *bytes.Buffer, corner string, columns []abilities, rows []row) {
	fmt.Fprintf(b, "| %s |", corner)
	for _, a := range columns {
		fmt.Fprintf(b, " %s |", a.heading)
	}
	fmt.Fprintf(b, "\n| --- |%s\n", strings.Repeat(" --- |", len(columns)))
	for _, r := range rows {
		fmt.Fprintf(b, "| %s |", r.name)
		for _, a := range columns {
			fmt.Fprintf(b, " %s |", r.cell(a))
		}
		b.WriteByte('\n')
	}
}

// writeGroups writes a list of what holds for kernels, each with those it holds for.
func writeGroups(b *bytes.Buffer, all []abilities, facts func(abilities) []string) {
	var order []string
	kernels := map[string][]string{}
	for _, a := range all {
		for _, fact := range facts(a) {
			if kernels[fact] == nil {
				order = append(order, fact)
			}
			kernels[fact] = append(kernels[fact], a.heading)
		}
	}
	for _, fact := range order {
		where := strings.Join(kernels[fact], ", ")
		if len(kernels[fact]) == len(all) {
			where = "everywhere"
		}
		fmt.Fprintf(b, "- %s (%s)\n", fact, where)
	}
}
