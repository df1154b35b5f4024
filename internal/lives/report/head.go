package report

import (
	"fmt"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/figures"
	"github.com/exectrail/exectrail/internal/printable"
)

// Headline tells in a line, safe to show, what ran, how it ended, where, and how many processes there were.
func (r *Report) Headline() string {
	return r.title(string(lives.AppendCommand(nil, r.Run.Command)), figures.Safe(r.Run.Host)) + ": " + r.counts()
}

// title tells what ran, how it ended and where. command is what to put for the command line, host for the name of the machine.
func (r *Report) title(command, host string) string {
	title := "Recorded"
	if len(r.Run.Command) > 0 {
		title = command + ": "
		if p := r.commandProcess(); p == nil {
			title += "not recorded"
		} else {
			title += ending(p)
		}
	}
	title += ", " + figures.Duration(r.Wall)
	if host != "" {
		title += " on " + host
	}
	return title
}

// commandProcess returns the process that became the command: the first one. Nil when none was recorded.
func (r *Report) commandProcess() *lives.Process {
	if roots := r.Tree.Roots(); len(roots) > 0 {
		return &r.Run.Processes[roots[0]]
	}
	return nil
}

// counts tells how many there were of each.
func (r *Report) counts() string {
	text := figures.Processes(r.Processes) + ", " + figures.Counted(r.Execs, "exec") + "; failed: "
	if r.Run.FailedUnknown {
		text += "execs not recorded"
	} else {
		text += figures.Counted(r.FailedExecs, "exec")
	}
	if r.Searches > 0 {
		text += " (" + figures.Grouped(r.Searches) + " along PATH)"
	}
	text += ", " + figures.Counted(r.FailedExits, "exit")
	if r.Running > 0 {
		text += "; " + figures.Grouped(r.Running) + " running"
	}
	return text
}

// times tells where the time went, all together.
func (r *Report) times() string {
	return fmt.Sprintf("wall %s, CPU %s (system %s), parallelism %.2f, at most %s at once",
		figures.Duration(r.Wall), figures.Duration(r.CPU()), figures.Duration(r.SystemCPU), r.Parallelism(), figures.Grouped(r.PeakAlone))
}

// account tells what was recorded of what happened.
func (r *Report) account() string {
	run := r.Run
	text := fmt.Sprintf("%s of %s events recorded", figures.Grouped(run.Recorded), figures.Grouped(run.Recorded+run.Lost))
	if run.Lost > 0 {
		text += ", " + figures.Grouped(run.Lost) + " lost"
	}
	if run.Omitted > 0 {
		text += ", " + figures.Grouped(run.Omitted) + " beyond the limits of a report"
	}
	return text
}

// memory tells how much one process had at most, and which; empty when it is not known.
func (r *Report) memory() string {
	if r.Largest < 0 {
		return ""
	}
	p := &r.Run.Processes[r.Largest]
	const columns = 24 // a name can be long, and this is a line among few
	name, _ := printable.Fit([]byte(figures.Safe(r.Tree.Name(r.Largest))), 0, columns)
	return fmt.Sprintf("%s in %s (pid %d)", figures.Size(p.MaxRSS), name, p.PID)
}

// onPath tells in a line which programs the critical path was in, the first few by their time.
func (r *Report) onPath(few int) []string {
	shares := r.Critical.byProgram()
	var items []string
	for _, s := range shares[:min(few, len(shares))] {
		items = append(items, figures.Safe(s.Name)+" "+figures.Percent(s.Time, r.Critical.Wall))
	}
	return items
}
