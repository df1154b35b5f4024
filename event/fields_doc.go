package event

import "strings"

// AppendFieldReference appends what filters can ask of events, and of the ancestors in them, as two tables in Markdown.
func AppendFieldReference(dst []byte) []byte {
	row := func(cells ...string) {
		for _, cell := range cells {
			dst = append(append(append(dst, "| "...), strings.ReplaceAll(cell, "|", `\|`)...), ' ')
		}
		dst = append(dst, "|\n"...)
	}
	names := func(point string, list []string) string {
		var quoted []string
		for _, n := range list {
			quoted = append(quoted, "`"+point+n+"`")
		}
		return strings.Join(quoted, ", ")
	}
	row("Name", "Also", "Type", "Example", "Meaning")
	dst = append(dst, "|---|---|---|---|---|\n"...)
	for _, f := range Fields() {
		meaning := f.Meaning
		if index(Columns(), f.Name) >= 0 {
			meaning = "See the column."
		}
		row(names("", []string{f.Name}), names("", f.Aliases), string(f.Type), "`"+f.Example+"`", meaning)
	}
	dst = append(dst, "\nOf each process in `ancestors` are known, with a point before the name:\n\n"...)
	row("Name", "Also", "Type", "Example", "Meaning")
	dst = append(dst, "|---|---|---|---|---|\n"...)
	for _, f := range ProcessFields() {
		row(names(".", []string{f.Name}), names(".", f.Aliases), string(f.Type), "`"+f.Example+"`", f.Meaning)
	}
	return dst
}
