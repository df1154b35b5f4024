package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// writeMarkdown writes a table whose columns stand below each other in a terminal, too.
func writeMarkdown(w io.Writer, header []string, lines [][]string) {
	widths := make([]int, len(header))
	for _, line := range append([][]string{header}, lines...) {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	rule := make([]string, len(header))
	for i, width := range widths {
		widths[i] = max(width, len("---"))
		rule[i] = strings.Repeat("-", widths[i])
	}
	for _, line := range append([][]string{header, rule}, lines...) {
		for i, cell := range line {
			fmt.Fprintf(w, "| %-*s ", widths[i], cell)
		}
		fmt.Fprintln(w, "|")
	}
	fmt.Fprintln(w)
}

// escapeCell keeps text that comes from elsewhere from being taken for Markdown.
func escapeCell(text string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "_", `\_`, "<", "&lt;", "`", "'").Replace(text)
}
