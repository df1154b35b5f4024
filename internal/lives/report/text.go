package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/figures"
	"github.com/exectrail/exectrail/internal/printable"
)

// WriteText writes the report for a terminal of so many columns; with 0, lines are as long as they need to be. With 80 columns
// and Top 5 it has at most 24 lines, beside two for each kind of violation.
//
// Of the processes of the critical path, and of the repeated commands, it has half as many as of the rest.
func (r *Report) WriteText(w io.Writer, width int) error {
	t := text{width: width}
	t.head(r)
	t.violations(r)
	t.programs(r)
	t.slowest(r)
	t.critical(r)
	t.repeats(r)
	if _, err := w.Write(t.Bytes()); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// text is a report that is being written, in lines of at most width columns.
type text struct {
	bytes.Buffer
	width int
}

// line writes a line, which must be safe to show, and cuts it where it is too long.
func (t *text) line(s string) {
	b := []byte(s)
	if t.width > 0 {
		b, _ = printable.Fit(b, 0, t.width)
	}
	t.Write(bytes.TrimRight(b, " "))
	t.WriteByte('\n')
}

func (t *text) head(r *Report) {
	what, rest := string(lives.AppendCommand(nil, r.Run.Command)), r.title("", figures.Safe(r.Run.Host))
	if t.width > 0 { // how it ended must not be what is cut off
		b, _ := printable.Fit([]byte(what), 0, max(t.width-printable.Width([]byte(rest)), t.width/4))
		what = string(b)
	}
	t.line(what + rest)
	t.wrap(r.counts())
	t.wrap(r.times())
	account := r.account()
	if memory := r.memory(); memory != "" {
		account += "; peak memory " + memory
	}
	t.wrap(account)
}

// wrap writes a list in as many lines as it takes. It is broken behind a comma or semicolon that a space follows.
func (t *text) wrap(list string) {
	for t.width > 0 && printable.Width([]byte(list)) > t.width {
		head := list[:t.width] // but for names, these lists are ASCII
		end := max(strings.LastIndex(head, ", "), strings.LastIndex(head, "; "))
		if end < 0 {
			break
		}
		t.line(list[:end+1])
		list = list[end+2:]
	}
	t.line(list)
}

// programs writes the programs that are first by each measure, as lists side by side.
func (t *text) programs(r *Report) {
	type list struct {
		title string
		value func(*Program) int64
		show  func(*Program) string
	}
	lists := []list{
		{"BY COUNT", func(p *Program) int64 { return int64(p.Count) }, func(p *Program) string { return figures.Grouped(p.Count) }},
		{"BY CPU TIME", func(p *Program) int64 { return int64(p.CPU) }, func(p *Program) string { return figures.Duration(p.CPU) }},
		{"BY OWN TIME", func(p *Program) int64 { return int64(p.Own) }, func(p *Program) string { return figures.Duration(p.Own) }},
		{"BY WALL TIME", func(p *Program) int64 { return int64(p.Wall) }, func(p *Program) string { return figures.Duration(p.Wall) }},
	}
	lists = slices.DeleteFunc(lists, func(l list) bool { return len(top(r.Programs, 1, l.value)) == 0 })
	const least, most, number, gap = 24, 40, 8, 2
	n, column := len(lists), most
	if t.width > 0 {
		n = min(max((t.width+gap)/(least+gap), 1), n)
		column = min(max((t.width+gap)/max(n, 1)-gap, least), most)
	}
	rows := make([]string, 1+min(r.Top, len(r.Programs)))
	for k, l := range lists[:n] {
		rows[0] += cell(fmt.Sprintf("%8s  %s", "", l.title), k < n-1, column, gap)
		shown := top(r.Programs, r.Top, l.value)
		for i := range len(rows) - 1 {
			var c string
			if i < len(shown) {
				c = fmt.Sprintf("%8s  %s", l.show(&shown[i]), shorten(figures.Safe(shown[i].Name), column-number-gap))
			}
			rows[1+i] += cell(c, k < n-1, column, gap)
		}
	}
	if len(rows) == 1 {
		return
	}
	for _, row := range rows {
		if strings.TrimSpace(row) != "" {
			t.line(row)
		}
	}
}

// shorten takes out the middle of a name that is too long: x86_64-linux-gnu-gcc and its like differ at their end.
func shorten(name string, columns int) string {
	if len(name) <= columns || printable.Width([]byte(name)) != len(name) {
		return name
	}
	head := (columns - 1) / 2
	return name[:head] + printable.Ellipsis + name[len(name)-(columns-1-head):]
}

// cell returns s with so many columns, and with a gap behind it unless it is the last of its row.
func cell(s string, more bool, columns, gap int) string {
	if !more {
		return s
	}
	b, used := printable.Fit([]byte(s), 0, columns)
	return string(b) + strings.Repeat(" ", columns-used+gap)
}

func (t *text) slowest(r *Report) {
	if len(r.Slowest) == 0 {
		return
	}
	t.line(fmt.Sprintf("%8s %8s %8s  SLOWEST PROCESSES", "OWN", "WALL", "CPU"))
	for _, s := range r.Slowest {
		head := fmt.Sprintf("%8s %8s %8s  %s", figures.Duration(s.Own), figures.Duration(s.Wall), figures.Duration(s.CPU), mark(&r.Run.Processes[s.Process]))
		t.command(head, r, s.Process)
	}
}

// critical writes the longest parts of the critical path, in the order of time.
func (t *text) critical(r *Report) {
	shares := r.longest(r.Top - r.Top/2)
	if len(shares) == 0 {
		return
	}
	t.line(fmt.Sprintf("%8s %8s  CRITICAL PATH: %s, %s", "FROM", "OWN",
		figures.Processes(len(r.Critical.Shares)), strings.Join(r.onPath(3), ", ")))
	for _, s := range shares {
		t.command(fmt.Sprintf("%8s %8s  ", "+"+figures.Duration(s.From.Sub(r.Run.Begin)), figures.Duration(s.Time)), r, s.Process)
	}
}

// command writes a line that ends with the command line of process i.
func (t *text) command(head string, r *Report, i int) {
	command := r.commandOf(i)
	if t.width > 0 && !r.Tree.Forked(i) {
		command = shortCommand(command, r.Tree.Program(i), t.width-printable.Width([]byte(head)))
	}
	t.line(head + command)
}

// longest returns the n longest parts of the critical path, in the order of time.
func (r *Report) longest(n int) []Share {
	shares := slices.Clone(r.Critical.Shares)
	shares = shares[:min(n, len(shares))]
	slices.SortStableFunc(shares, func(a, b Share) int { return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Process, b.Process)) })
	return shares
}

func (t *text) repeats(r *Report) {
	n := min(r.Top/2, len(r.Repeats))
	if n == 0 {
		return
	}
	t.line(fmt.Sprintf("%8s %8s  REPEATED COMMANDS", "TIMES", "WALL"))
	for _, c := range r.Repeats[:n] {
		t.line(fmt.Sprintf("%8s %8s  %s", figures.Grouped(c.Count), figures.Duration(c.Total), c.Program.AppendCommand(nil)))
	}
}
