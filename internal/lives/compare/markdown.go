package compare

import (
	"fmt"
	"io"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/figures"
)

// WriteMarkdown writes the differences in Markdown, with tables as GitHub has them, the first top entries of each list.
func (d *Diff) WriteMarkdown(w io.Writer, top int) error {
	m := markdown{top: max(top, 0)}
	m.Line("## What ran, compared\n")
	for _, s := range []struct {
		name string
		*Side
	}{{"A", &d.A}, {"B", &d.B}} {
		m.Line("- " + s.name + ": " + figures.Code(string(lives.AppendCommand(nil, s.Run.Command))) + s.when())
	}
	if warning := d.incomplete(); warning != "" {
		m.Line("- " + warning)
	}
	m.Table("Totals", "", "", " A", " B", " Change")
	for _, x := range d.totals() {
		m.Row(x.name, x.a, x.b, x.change)
	}
	m.only("Only in A", d.only((*Program).OnlyA), func(p *Program) Use { return p.A })
	m.only("Only in B", d.only((*Program).OnlyB), func(p *Program) Use { return p.B })
	m.programs(d.changed())
	m.commands(d.Commands)
	if _, err := w.Write(m.Bytes()); err != nil {
		return fmt.Errorf("write differences: %w", err)
	}
	return nil
}

// markdown is what is being written.
type markdown struct {
	figures.Markdown
	top int
}

func (m *markdown) more(n int) {
	if s := more(n); s != "" {
		m.Line("\n" + s)
	}
}

func (m *markdown) only(title string, list []*Program, use func(*Program) Use) {
	if len(list) == 0 {
		return
	}
	m.Table(title, "", "Program", " Count", " CPU", " Own")
	for _, p := range list[:min(m.top, len(list))] {
		u := use(p)
		m.Row(figures.Code(p.path()), figures.Grouped(u.Count), figures.Duration(u.CPU), figures.Duration(u.Own))
	}
	m.more(len(list) - m.top)
}

func (m *markdown) programs(list []*Program) {
	if len(list) == 0 {
		return
	}
	m.Table("In both", "", "Program", " Count", " CPU A", " CPU B", " Change", " Own A", " Own B", " Change")
	for _, p := range list[:min(m.top, len(list))] {
		m.Row(figures.Code(p.Name), counts(p),
			figures.Duration(p.A.CPU), figures.Duration(p.B.CPU), figures.Change(p.CPU()),
			figures.Duration(p.A.Own), figures.Duration(p.B.Own), figures.Change(p.Own()))
	}
	m.more(len(list) - m.top)
}

func (m *markdown) commands(list []Command) {
	if len(list) == 0 {
		return
	}
	m.Table("Changed command lines", "", " Count", "Program", "What", "A", "B")
	for i := range list[:min(m.top, len(list))] {
		c := &list[i]
		gone, came := c.lines()
		m.Row(figures.Grouped(c.Count), figures.Code(c.Program), c.what(), figures.Code(gone), figures.Code(came))
	}
	m.more(len(list) - m.top)
}
