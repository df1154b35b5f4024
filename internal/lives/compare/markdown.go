package compare

import (
	"fmt"
	"io"

	"github.com/exectrail/exectrail/internal/lives/figures"
)

// WriteMarkdown writes the differences in Markdown, with tables as GitHub has them, the first top entries of each list.
func (d *Diff) WriteMarkdown(w io.Writer, top int) error {
	m := markdown{top: max(top, 0)}
	m.Line("## What ran, compared\n")
	m.Line("**" + d.longer() + ":** " + d.different() + "\n")
	for _, s := range d.sides() {
		name, what := "", s.command()
		if len(s.Run.Command) > 0 {
			what = figures.Code(what)
		}
		if s.Name != "" {
			name = figures.Code(s.Name) + ", "
		}
		m.Line("- " + s.letter + ": " + name + what + s.when(figures.Code(s.Run.Host)))
	}
	if warning := d.incomplete(); warning != "" {
		m.Line("- **" + warning + "**")
	}
	m.Table("Totals", "", "", " A", " B", " Change")
	for _, x := range d.totals() {
		m.Row(x.name, x.a, x.b, change(x.change, x.relative))
	}
	m.only("Only in A", d.only((*Program).OnlyA), func(p *Program) *Use { return &p.A })
	m.only("Only in B", d.only((*Program).OnlyB), func(p *Program) *Use { return &p.B })
	m.programs(d.changed())
	m.commands(d.Commands)
	m.more(d.legend(m.top))
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

// more writes a paragraph below a table, unless it is empty.
func (m *markdown) more(s string) {
	if s != "" {
		m.Line("\n" + s)
	}
}

// change returns a cell that tells a change in two ways.
func change(absolute, relative string) string {
	if relative == "" {
		return absolute
	}
	return absolute + " (" + relative + ")"
}

func (m *markdown) only(title string, list []*Program, use func(*Program) *Use) {
	if len(list) == 0 {
		return
	}
	m.Table(title, "", "Program", " Count", " CPU", " Own", "First command line")
	for _, p := range first(list, m.top) {
		u := use(p)
		m.Row(figures.Code(p.path()), figures.Grouped(u.Count), figures.Duration(u.CPU), figures.Duration(u.Own),
			figures.Code(string(words(u.First))))
	}
	m.more(more(len(list) - m.top))
}

func (m *markdown) programs(list []*Program) {
	if len(list) == 0 {
		return
	}
	m.Table("In both", "Own time is that in which a process lived and no child of it did. Times vary from run to run.",
		"Program", " Count", " CPU A", " CPU B", " Change", " Own A", " Own B", " Change")
	for _, p := range first(list, m.top) {
		m.Row(figures.Code(p.Name), counts(p),
			figures.Duration(p.A.CPU), figures.Duration(p.B.CPU), change(figures.Change(p.CPU()), relative(p.A.CPU, p.B.CPU)),
			figures.Duration(p.A.Own), figures.Duration(p.B.Own), change(figures.Change(p.Own()), relative(p.A.Own, p.B.Own)))
	}
	m.more(moreChanged(list, m.top))
}

func (m *markdown) commands(list []Command) {
	if len(list) == 0 {
		return
	}
	m.Table("Changed command lines", "", " Count", "Program", "What", "A", "B")
	for i := range first(list, m.top) {
		c := &list[i]
		gone, came := c.lines()
		m.Row(figures.Grouped(c.Count), figures.Code(c.Name), c.what(), figures.Code(gone), figures.Code(came))
	}
	m.more(more(len(list) - m.top))
}
