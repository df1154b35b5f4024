package report

import (
	"fmt"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/figures"
)

// violations are those of the same file for the same reason.
type violations struct {
	first lives.Violation
	count int
}

// grouped returns the violations by file and reason, in the order in which each came first.
func (r *Report) grouped() []violations {
	type kind struct{ path, why string }
	index := make(map[kind]int)
	var groups []violations
	for _, v := range r.Violations {
		k := kind{v.Path, v.Why}
		i, known := index[k]
		if !known {
			i = len(groups)
			index[k] = i
			groups = append(groups, violations{first: v})
		}
		groups[i].count++
	}
	return groups
}

// times tells how many there are beside the first; empty for none.
func (v *violations) times() string {
	if v.count == 1 {
		return ""
	}
	return fmt.Sprintf(" (and %s more like it)", figures.Grouped(v.count-1))
}

func (t *text) violations(r *Report) {
	if len(r.Violations) == 0 {
		return
	}
	t.line("NOT ALLOWED")
	for _, v := range r.grouped() {
		// Whoever has to look into it needs all of a line, however long it is.
		t.WriteString("  " + figures.Safe(v.first.Path) + ": " + figures.Safe(v.first.Why) + v.times() + "\n    " +
			Origin(r.Run, r.Tree, v.first.Process, v.first.Program) + "\n")
	}
}

func (m *markdown) violations(r *Report) {
	if len(r.Violations) == 0 {
		return
	}
	m.Table("Not allowed", "", "Program", "Reason", " Times", "First")
	for _, v := range r.grouped() {
		m.Row(figures.Code(v.first.Path), figures.Code(v.first.Why), figures.Grouped(v.count), figures.Code(Origin(r.Run, r.Tree, v.first.Process, v.first.Program)))
	}
}
