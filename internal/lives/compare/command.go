package compare

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/canon"
)

// Command is a change of command lines: the same arguments went away and came in each of them. Where a whole command line went away or
// came, and none of the other run is like it, Before or After is empty.
type Command struct {
	Path           string   // of the program, canonical
	Name           string   // of the program, as in [Program]
	Count          int      // so many command lines
	Before, After  []string // one of them, in both runs
	Removed, Added []string // arguments, in their order; none of both where only the order changed
}

// group is the command lines of one program: canonical arguments, and how often they are there.
type group struct {
	lines map[string]*uses // by the arguments with a NUL between them
	order []*uses          // as they came
}

type uses struct {
	key   string
	args  []string
	count int
}

// first returns the line that came first; nil when there is none.
func (g *group) first() []string {
	if g == nil || len(g.order) == 0 {
		return nil
	}
	return g.order[0].args
}

// commandsOf returns the command lines of a run by their programs. Those that were not recorded as a whole are not among them.
func commandsOf(run *lives.Run, c *canon.Canon) map[programID]*group {
	groups := make(map[programID]*group)
	for i := range run.Processes {
		p := &run.Processes[i]
		for k := range p.Programs {
			x := &p.Programs[k]
			id := idOf(c, x.Path(), x.Name())
			g := groups[id]
			if g == nil {
				g = &group{lines: make(map[string]*uses)}
				groups[id] = g
			}
			if x.ArgsMissing > 0 || x.Unseen {
				continue
			}
			g.add(c.Args(i, x.Args))
		}
	}
	return groups
}

func (g *group) add(args []string) {
	key := strings.Join(args, "\x00")
	u := g.lines[key]
	if u == nil {
		u = &uses{key: key, args: args}
		g.lines[key] = u
		g.order = append(g.order, u)
	}
	u.count++
}

// without returns the lines of g of which there are more than in other, and how many more.
func (g *group) without(other *group) []*uses {
	var more []*uses
	for _, u := range g.order {
		n := u.count
		if o := other.lines[u.key]; o != nil {
			n -= o.count
		}
		if n > 0 {
			more = append(more, &uses{key: u.key, args: u.args, count: n})
		}
	}
	return more
}

// commands returns the changes of the programs that are in both.
func commands(a, b map[programID]*group, byID map[programID]*Program) []Command {
	var list []Command
	work := mostWork
	// In order, so that the work is spent on the same programs each time.
	ids := slices.SortedFunc(maps.Keys(a), func(x, y programID) int {
		return cmp.Or(strings.Compare(x.path, y.path), strings.Compare(x.name, y.name))
	})
	for _, id := range ids {
		if b[id] != nil {
			list = append(list, changes(byID[id], a[id], b[id], &work)...)
		}
	}
	slices.SortFunc(list, func(a, b Command) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Path, b.Path), strings.Compare(a.Name, b.Name),
			slices.Compare(a.Before, b.Before), slices.Compare(a.After, b.After))
	})
	return list
}

// changes returns the changes of one program, those of the same arguments together.
func changes(program *Program, a, b *group, work *int) []Command {
	m := matcher{work: work, gone: a.without(b), came: b.without(a)}
	if m.onlyCounts(a, b) {
		return nil
	}
	m.match()
	at := make(map[string]int)
	var list []Command
	for _, p := range m.pairs {
		c := Command{Path: program.Path, Name: program.Name, Count: p.count, Before: p.before, After: p.after}
		if p.before != nil && p.after != nil {
			c.Removed, c.Added = minus(p.before, p.after), minus(p.after, p.before)
		}
		key := strings.Join(c.Removed, "\x00") + "\x00\x00" + strings.Join(c.Added, "\x00")
		if len(c.Removed)+len(c.Added) == 0 {
			key = strings.Join(p.before, "\x00") + "\x00\x00\x00" + strings.Join(p.after, "\x00")
		}
		if k, ok := at[key]; ok {
			list[k].Count += c.Count
			continue
		}
		at[key] = len(list)
		list = append(list, c)
	}
	return list
}

// minus returns the words of a that are not in b, each as often as there are more of it.
func minus(a, b []string) []string {
	left := make(map[string]int, len(b))
	for _, w := range b {
		left[w]++
	}
	var words []string
	for _, w := range a {
		if left[w] > 0 {
			left[w]--
			continue
		}
		words = append(words, w)
	}
	return words
}
