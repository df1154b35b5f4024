package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/printable"
)

// commandColumns is how much of a command line is told in Markdown. A comment of a pull request has a limit.
const commandColumns = 200

// WriteMarkdown writes the report in Markdown, with tables as GitHub has them.
func (r *Report) WriteMarkdown(w io.Writer) error {
	var m markdown
	what := code(string(lives.AppendCommand(nil, r.Run.Command)))
	m.line("## " + r.title(what))
	m.line("")
	m.line("- " + r.counts())
	m.line("- " + r.times())
	if memory := r.memory(); memory != "" {
		p := r.Largest
		m.line(fmt.Sprintf("- peak memory %s in %s (pid %d)", size(r.Run.Processes[p].MaxRSS), code(r.Tree.Name(p)), r.Run.Processes[p].PID))
	}
	m.line("- " + r.account())
	m.programs(r)
	m.slowest(r)
	m.critical(r)
	m.repeats(r)
	if _, err := w.Write(m.Bytes()); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// markdown is a document that is being written.
type markdown struct{ bytes.Buffer }

func (m *markdown) line(s string) {
	m.WriteString(s)
	m.WriteByte('\n')
}

// table begins a section with a table. Titles of columns of numbers begin with a space.
func (m *markdown) table(section, note string, titles ...string) {
	m.line("\n### " + section + "\n")
	if note != "" {
		m.line(note + "\n")
	}
	rule := "|"
	for _, t := range titles {
		if strings.HasPrefix(t, " ") {
			rule += "---:|"
		} else {
			rule += "---|"
		}
	}
	m.row(titles...)
	m.line(rule)
}

func (m *markdown) row(cells ...string) {
	for i, c := range cells {
		cells[i] = strings.TrimSpace(c)
	}
	m.line("| " + strings.Join(cells, " | ") + " |")
}

// code returns text that may come from a program as code.
func code(s string) string {
	b, _ := printable.Fit(printable.AppendEscaped(nil, s), 0, commandColumns)
	return string(printable.AppendMarkdown(nil, b))
}

// programs writes the programs that are among the first by one measure or another, by their CPU time.
func (m *markdown) programs(r *Report) {
	var chosen []Program
	for _, value := range []func(*Program) int64{
		func(p *Program) int64 { return int64(p.CPU) },
		func(p *Program) int64 { return int64(p.Own) },
		func(p *Program) int64 { return int64(p.Wall) },
		func(p *Program) int64 { return int64(p.Count) },
	} {
		for _, p := range top(r.Programs, r.Top, value) {
			if !slices.Contains(chosen, p) {
				chosen = append(chosen, p)
			}
		}
	}
	if len(chosen) == 0 {
		return
	}
	slices.SortStableFunc(chosen, func(a, b Program) int { return cmp.Compare(b.CPU, a.CPU) })
	m.table("Programs", "Own time is that in which a process lived and no child of it did.",
		"Program", " Count", " CPU", " Own", " Wall", " Failed exits")
	for _, p := range chosen {
		m.row(code(p.Name), grouped(p.Count), duration(p.CPU), duration(p.Own), duration(p.Wall), grouped(p.FailedExits))
	}
}

func (m *markdown) slowest(r *Report) {
	if len(r.Slowest) == 0 {
		return
	}
	m.table("Slowest processes", "", " PID", " Own", " Wall", " CPU", "Ended", "Command")
	for _, s := range r.Slowest {
		p := &r.Run.Processes[s.Process]
		m.row(fmt.Sprint(p.PID), duration(s.Own), duration(s.Wall), duration(s.CPU), ending(p), code(r.commandOf(s.Process)))
	}
}

func (m *markdown) critical(r *Report) {
	shares := r.longest(r.Top)
	if len(shares) == 0 {
		return
	}
	var programs []string
	for _, s := range r.Critical.byProgram()[:min(5, len(r.Critical.byProgram()))] {
		programs = append(programs, code(s.Name)+" "+percent(s.Time, r.Critical.Wall))
	}
	note := fmt.Sprintf("%s determined the wall time, one after the other: %s. The longest of them:",
		processes(len(r.Critical.Shares)), strings.Join(programs, ", "))
	m.table("Critical path", note, " From", " Own", " Part", "Command")
	for _, s := range shares {
		m.row("+"+duration(s.From.Sub(r.Run.Begin)), duration(s.Time), percent(s.Time, r.Critical.Wall), code(r.commandOf(s.Process)))
	}
}

func (m *markdown) repeats(r *Report) {
	if len(r.Repeats) == 0 {
		return
	}
	m.table("Repeated commands", "", " Times", " Wall", "Directory", "Command")
	for _, c := range r.Repeats {
		m.row(grouped(c.Count), duration(c.Total), code(c.Program.Directory), code(string(c.Program.AppendCommand(nil))))
	}
}
