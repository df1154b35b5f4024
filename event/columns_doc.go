package event

import "strings"

// AppendColumnReference appends the description of all columns as a table in Markdown.
func AppendColumnReference(dst []byte) []byte {
	dst = append(dst, "| Column | Type | Events | Meaning | Example |\n|---|---|---|---|---|\n"...)
	for _, c := range Columns() {
		for _, cell := range []string{"`" + c.Name + "`", string(c.Type), ActionList(c.Actions), c.Meaning, "`" + c.Example + "`"} {
			dst = append(append(append(dst, "| "...), escapeCell(cell)...), ' ')
		}
		dst = append(dst, "|\n"...)
	}
	return dst
}

// escapeCell makes a text fit for a table in Markdown.
func escapeCell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// ActionList returns the names of kinds of event for a reader: "all", or the names with commas.
func ActionList(actions []Action) string {
	if len(actions) == len(everyAction()) {
		return "all"
	}
	var names []string
	for _, a := range actions {
		names = append(names, string(a))
	}
	return strings.Join(names, ", ")
}
