package compare

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/figures"
)

// total is a number of each of the runs as a whole.
type total struct{ name, a, b, change string }

func (d *Diff) totals() []total {
	count := func(name string, a, b int) total {
		return total{name, figures.Grouped(a), figures.Grouped(b), signed(b - a)}
	}
	a, b := &d.A, &d.B
	return []total{
		{"wall time", figures.Duration(a.Wall), figures.Duration(b.Wall), figures.Change(b.Wall - a.Wall)},
		{"CPU time", figures.Duration(a.CPU), figures.Duration(b.CPU), figures.Change(b.CPU - a.CPU)},
		count("processes", a.Processes, b.Processes),
		count("execs", a.Execs, b.Execs),
		count("failed execs", a.FailedExecs, b.FailedExecs),
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

// title tells which run it is.
func (s *Side) title() string {
	what := "what one attached to"
	if len(s.Run.Command) > 0 {
		what = string(lives.AppendCommand(nil, s.Run.Command))
	}
	return what + s.when()
}

func (s *Side) when() string {
	when := ", " + s.Run.Begin.UTC().Format("2006-01-02 15:04:05Z")
	if s.Run.Host != "" {
		when += " on " + figures.Safe(s.Run.Host)
	}
	return when
}

// incomplete warns where a run was not recorded as a whole, so that what is missing is not taken for a difference. It is empty where it was.
func (d *Diff) incomplete() string {
	var sides []string
	for _, s := range []struct {
		name string
		*Side
	}{{"A", &d.A}, {"B", &d.B}} {
		if n := s.Run.Lost + s.Run.Omitted; n > 0 {
			sides = append(sides, fmt.Sprintf("%s events of %s", figures.Grouped(n), s.name))
		}
	}
	if len(sides) == 0 {
		return ""
	}
	return strings.Join(sides, " and ") + " are missing: what seems to be gone may be among them"
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
		return "order"
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

// more tells how many entries of a list are not shown; nothing for none.
func more(n int) string {
	if n <= 0 {
		return ""
	}
	return "and " + strconv.Itoa(n) + " more"
}
