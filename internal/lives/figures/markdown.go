package figures

import (
	"bytes"
	"strings"
)

// Markdown is a document that is being written, with tables as GitHub has them. What it is given must be Markdown already.
type Markdown struct{ bytes.Buffer }

// Line writes a line.
func (m *Markdown) Line(s string) {
	m.WriteString(s)
	m.WriteByte('\n')
}

// Table begins a section with a table, and with a note before it where that is not empty. Titles of columns of
// numbers begin with a space.
func (m *Markdown) Table(section, note string, titles ...string) {
	m.Line("\n### " + section + "\n")
	if note != "" {
		m.Line(note + "\n")
	}
	rule := "|"
	for _, t := range titles {
		if strings.HasPrefix(t, " ") {
			rule += "---:|"
		} else {
			rule += "---|"
		}
	}
	m.Row(titles...)
	m.Line(rule)
}

// Row writes a row of a table.
func (m *Markdown) Row(cells ...string) {
	m.WriteByte('|')
	for _, c := range cells {
		m.WriteString(" " + strings.TrimSpace(c) + " |")
	}
	m.WriteByte('\n')
}
