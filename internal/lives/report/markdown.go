package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/figures"
)

// WriteMarkdown writes the report in Markdown, with tables as GitHub has them.
func (r *Report) WriteMarkdown(w io.Writer) error {
	var m markdown
	what := figures.Code(string(lives.AppendCommand(nil, r.Run.Command)))
	host := r.Run.Host
	if host != "" {
		host = figures.Code(host)
	}
	m.Line("## " + r.title(what, host))
	m.Line("")
	m.Line("- " + r.counts())
	m.Line("- " + r.times())
	if memory := r.memory(); memory != "" {
		p := r.Largest
		m.Line(fmt.Sprintf("- peak memory %s in %s (pid %d)", figures.Size(r.Run.Processes[p].MaxRSS), figures.Code(r.Tree.Name(p)), r.Run.Processes[p].PID))
	}
	m.Line("- " + r.account())
	m.violations(r)
	m.programs(r)
	m.slowest(r)
	m.critical(r)
	m.repeats(r)
	if _, err := w.Write(m.Bytes()); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// markdown is a report that is being written.
type markdown struct{ figures.Markdown }

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
	m.Table("Programs", "Own time is that in which a process lived and no child of it did.",
		"Program", " Count", " CPU", " Own", " Wall", " Failed exits")
	for _, p := range chosen {
		m.Row(figures.Code(p.Name), figures.Grouped(p.Count), figures.Duration(p.CPU), figures.Duration(p.Own), figures.Duration(p.Wall), figures.Grouped(p.FailedExits))
	}
}

func (m *markdown) slowest(r *Report) {
	if len(r.Slowest) == 0 {
		return
	}
	m.Table("Slowest processes", "", " PID", " Own", " Wall", " CPU", "Ended", "Command")
	for _, s := range r.Slowest {
		p := &r.Run.Processes[s.Process]
		m.Row(fmt.Sprint(p.PID), figures.Duration(s.Own), figures.Duration(s.Wall), figures.Duration(s.CPU), ending(p), figures.Code(r.commandOf(s.Process)))
	}
}

func (m *markdown) critical(r *Report) {
	shares := r.longest(r.Top)
	if len(shares) == 0 {
		return
	}
	var programs []string
	for _, s := range r.Critical.byProgram()[:min(5, len(r.Critical.byProgram()))] {
		programs = append(programs, figures.Code(s.Name)+" "+figures.Percent(s.Time, r.Critical.Wall))
	}
	note := fmt.Sprintf("%s determined the wall time, one after the other: %s. The longest of them:",
		figures.Processes(len(r.Critical.Shares)), strings.Join(programs, ", "))
	m.Table("Critical path", note, " From", " Own", " Part", "Command")
	for _, s := range shares {
		m.Row("+"+figures.Duration(s.From.Sub(r.Run.Begin)), figures.Duration(s.Time), figures.Percent(s.Time, r.Critical.Wall), figures.Code(r.commandOf(s.Process)))
	}
}

func (m *markdown) repeats(r *Report) {
	if len(r.Repeats) == 0 {
		return
	}
	m.Table("Repeated commands", "", " Times", " Wall", "Directory", "Command")
	for _, c := range r.Repeats {
		m.Row(figures.Grouped(c.Count), figures.Duration(c.Total), figures.Code(c.Program.Directory), figures.Code(string(c.Program.AppendCommand(nil))))
	}
}
