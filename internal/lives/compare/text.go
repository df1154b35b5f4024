package compare

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/exectrail/exectrail/internal/lives/figures"
	"github.com/exectrail/exectrail/internal/printable"
)

// words returns words as they stand in a command line, without the special meaning of the first one.
func words(list []string) []byte {
	if len(list) == 0 {
		return nil
	}
	return printable.AppendWords(nil, strings.Join(list, "\x00")+"\x00")
}

// WriteText writes the differences for a terminal of so many columns, the first top entries of each list; with 0
// columns, lines are as long as they need to be.
func (d *Diff) WriteText(w io.Writer, top, width int) error {
	t := text{top: max(top, 0), width: width}
	t.line(d.longer())
	t.line(d.different())
	for _, s := range d.sides() {
		name := ""
		if s.Name != "" {
			name = figures.Safe(s.Name) + ": "
		}
		t.line(s.letter + ": " + name + s.command() + s.when(figures.Safe(s.Run.Host)))
	}
	if warning := d.incomplete(); warning != "" {
		t.line(warning)
	}
	t.line(fmt.Sprintf("%-12s %10s %10s %10s", "", "A", "B", "CHANGE"))
	for _, x := range d.totals() {
		t.line(fmt.Sprintf("%-12s %10s %10s %10s %6s", x.name, x.a, x.b, x.change, x.relative))
	}
	t.only("ONLY IN A", d.only((*Program).OnlyA), func(p *Program) *Use { return &p.A })
	t.only("ONLY IN B", d.only((*Program).OnlyB), func(p *Program) *Use { return &p.B })
	t.programs(d.changed())
	t.commands(d.Commands)
	if legend := d.legend(t.top); legend != "" {
		t.line(legend)
	}
	if _, err := w.Write(t.Bytes()); err != nil {
		return fmt.Errorf("write differences: %w", err)
	}
	return nil
}

// text is what is being written, in lines of at most width columns.
type text struct {
	bytes.Buffer
	top, width int
}

func (t *text) line(s string) {
	t.WriteString(strings.TrimRight(figures.Fit(s, t.width), " "))
	t.WriteByte('\n')
}

// more writes what is left out, if anything is.
func (t *text) more(s string) {
	if s != "" {
		t.line("  " + s)
	}
}

func (t *text) only(title string, list []*Program, use func(*Program) *Use) {
	if len(list) == 0 {
		return
	}
	t.line(fmt.Sprintf("%-12s %10s %10s  PROGRAM: FIRST COMMAND LINE", title, "COUNT", "CPU"))
	for _, p := range first(list, t.top) {
		u := use(p)
		what := p.path()
		if len(u.First) > 0 {
			what += ": " + string(words(u.First))
		}
		t.line(fmt.Sprintf("%-12s %10s %10s  %s", "", figures.Grouped(u.Count), figures.Duration(u.CPU), what))
	}
	t.more(more(len(list) - t.top))
}

func (t *text) programs(list []*Program) {
	if len(list) == 0 {
		return
	}
	const row = "%-7s %10s %6s %10s %6s  %-13s %s"
	t.line(fmt.Sprintf(row, "IN BOTH", "CPU", "", "OWN TIME", "", "COUNT", "PROGRAM"))
	for _, p := range first(list, t.top) {
		t.line(fmt.Sprintf(row, "", figures.Change(p.CPU()), relative(p.A.CPU, p.B.CPU),
			figures.Change(p.Own()), relative(p.A.Own, p.B.Own), counts(p), figures.Safe(p.Name)))
	}
	t.more(moreChanged(list, t.top))
}

func (t *text) commands(list []Command) {
	if len(list) == 0 {
		return
	}
	t.line("CHANGED COMMAND LINES")
	for i := range first(list, t.top) {
		c := &list[i]
		t.line(fmt.Sprintf("%6s × %s: %s", figures.Grouped(c.Count), figures.Safe(c.Name), c.what()))
		gone, came := c.lines()
		if gone != "" {
			t.line("       - " + gone)
		}
		if came != "" {
			t.line("       + " + came)
		}
	}
	t.more(more(len(list) - t.top))
}
