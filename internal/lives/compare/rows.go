package compare

import (
	"fmt"
	"math"
	"time"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/figures"
)

// total is a number of each of the runs as a whole.
type total struct{ name, a, b, change, relative string }

func (d *Diff) totals() []total {
	count := func(name string, a, b int) total {
		return total{name: name, a: figures.Grouped(a), b: figures.Grouped(b), change: signed(b - a)}
	}
	duration := func(name string, a, b time.Duration) total {
		return total{name, figures.Duration(a), figures.Duration(b), figures.Change(b - a), relative(a, b)}
	}
	a, b := &d.A, &d.B
	failed := count("failed execs", a.FailedExecs, b.FailedExecs)
	if a.Run.FailedUnknown {
		failed.a, failed.change = "?", ""
	}
	if b.Run.FailedUnknown {
		failed.b, failed.change = "?", ""
	}
	return []total{
		duration("wall time", a.Wall, b.Wall),
		duration("CPU time", a.CPU, b.CPU),
		count("processes", a.Processes, b.Processes),
		count("execs", a.Execs, b.Execs),
		failed,
		count("failed exits", a.FailedExits, b.FailedExits),
	}
}

// signed returns a number with its sign; nothing for 0.
func signed(n int) string {
	switch {
	case n > 0:
		return "+" + figures.Grouped(n)
	case n < 0:
		return "-" + figures.Grouped(-n)
	}
	return ""
}

// relative tells what part of a its change to b is; nothing where there is none.
func relative(a, b time.Duration) string {
	if a <= 0 || a == b {
		return ""
	}
	change := 100 * (float64(b) - float64(a)) / float64(a)
	const most = 999.5 // columns are narrow, and such a percentage says nothing
	switch {
	case change > most:
		return ">999%"
	case math.Abs(change) < 1:
		return "<1%"
	}
	return fmt.Sprintf("%+.0f%%", change)
}

// named is a run with the letter that stands for it.
type named struct {
	letter string
	*Side
}

func (d *Diff) sides() []named { return []named{{"A", &d.A}, {"B", &d.B}} }

// command returns what was run, safe to show.
func (s *Side) command() string {
	if len(s.Run.Command) == 0 {
		return "what ran already"
	}
	return string(lives.AppendCommand(nil, s.Run.Command))
}

// when tells when and where it was run. host is what to put for the name of the machine.
func (s *Side) when(host string) string {
	when := ", " + s.Run.Begin.UTC().Format("2006-01-02 15:04:05Z")
	if host != "" {
		when += " on " + host
	}
	return when
}

// only returns the programs that just one run executed.
func (d *Diff) only(one func(*Program) bool) []*Program {
	var list []*Program
	for i := range d.Programs {
		if one(&d.Programs[i]) {
			list = append(list, &d.Programs[i])
		}
	}
	return list
}

// otherCount reports whether both runs executed p, one of them more often.
func (p *Program) otherCount() bool { return p.A.Count > 0 && p.B.Count > 0 && p.A.Count != p.B.Count }

// changed returns the programs of both that ran more or less often, or took more or less time.
func (d *Diff) changed() []*Program {
	return d.only(func(p *Program) bool {
		return !p.OnlyA() && !p.OnlyB() && (p.A.Count != p.B.Count || p.changed() > 0)
	})
}

// counts returns how often each run executed p.
func counts(p *Program) string {
	if p.A.Count == p.B.Count {
		return figures.Grouped(p.A.Count)
	}
	return figures.Grouped(p.A.Count) + " → " + figures.Grouped(p.B.Count)
}

// path returns what to call a program that only one run executed, so that it can be found.
func (p *Program) path() string {
	if p.Path == "" {
		return figures.Safe(p.Name)
	}
	return figures.Safe(p.Path)
}

// what returns in a few words what changed in a command line.
func (c *Command) what() string {
	switch {
	case c.After == nil:
		return "gone"
	case c.Before == nil:
		return "new"
	case len(c.Removed)+len(c.Added) == 0:
		return "other order"
	}
	return "changed"
}

// lines returns what went away and what came, safe to show: words, where they tell the change, and else all of the command line.
func (c *Command) lines() (gone, came string) {
	before, after := c.Removed, c.Added
	if len(before)+len(after) == 0 {
		before, after = c.Before, c.After
	}
	return string(words(before)), string(words(after))
}

// first returns the first top entries of a list.
func first[T any](list []T, top int) []T { return list[:min(top, len(list))] }

// more tells how many entries of a list are not shown; nothing for none.
func more(n int) string {
	if n <= 0 {
		return ""
	}
	return "and " + figures.Grouped(n) + " more"
}

// moreChanged is the same for programs whose times changed, and tells by how much at most.
func moreChanged(list []*Program, top int) string {
	if top >= len(list) {
		return ""
	}
	rest := more(len(list) - top)
	if most := list[top].changed(); most > 0 {
		rest += ", each by " + figures.Duration(most) + " at most"
	}
	return rest
}
