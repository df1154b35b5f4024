// Package compare tells what one run did otherwise than another one: programs that only one of them executed, how often and for how long
// each ran, and command lines that changed.
//
// Paths and arguments are compared by what stays the same of them; see package canon.
package compare

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/canon"
	"github.com/exectrail/exectrail/internal/lives/report"
)

// Diff is what two runs have different. A is the earlier one, or the one to compare with.
type Diff struct {
	A, B Side
	// Programs are all that either of the runs executed, by how much their times changed, the greatest change first.
	Programs []Program
	// Commands are changes of command lines of programs that both executed, the most frequent first.
	Commands []Command
}

// Side is one of the two runs.
type Side struct {
	Name                                       string // what to call it, such as its file; may be empty
	Run                                        *lives.Run
	Processes, Execs, FailedExecs, FailedExits int
	Wall, CPU                                  time.Duration
}

// Program is a program in both runs.
type Program struct {
	Path string // canonical; empty when it is not known
	Name string // its last part, or all of it where another program has the same
	A, B Use
}

// Use is how much a run made use of a program. The times are those of [report.Program].
type Use struct {
	Count    int
	CPU, Own time.Duration
	// First is the first command line that was recorded as a whole, in canonical arguments; empty where none was.
	First []string
}

// OnlyA and OnlyB report whether just one of the runs executed p.
func (p *Program) OnlyA() bool { return p.A.Count > 0 && p.B.Count == 0 }

// OnlyB is the same for the other run.
func (p *Program) OnlyB() bool { return p.B.Count > 0 && p.A.Count == 0 }

// CPU returns how much more CPU time p took in B.
func (p *Program) CPU() time.Duration { return p.B.CPU - p.A.CPU }

// Own returns how much more own time p took in B.
func (p *Program) Own() time.Duration { return p.B.Own - p.A.Own }

// New compares two runs, which must not change while the Diff is used.
func New(a, b *lives.Run) *Diff {
	ra, rb := report.New(a, 0), report.New(b, 0)
	ca, cb := canon.New(a), canon.New(b)
	linesA, linesB := commandsOf(a, ca), commandsOf(b, cb)
	byID := programs(ra.Programs, rb.Programs, ca, cb)
	for id, p := range byID {
		p.A.First, p.B.First = linesA[id].first(), linesB[id].first()
	}
	return &Diff{
		A: side(ra), B: side(rb),
		Programs: byChange(byID),
		Commands: commands(linesA, linesB, byID),
	}
}

func side(r *report.Report) Side {
	return Side{
		Run: r.Run, Processes: r.Processes, Execs: r.Execs, FailedExecs: r.FailedExecs, FailedExits: r.FailedExits,
		Wall: r.Wall, CPU: r.CPU(),
	}
}

// programID tells programs apart: by name, too, since one binary can be many programs.
type programID struct{ path, name string }

// idOf returns the programID of a file that is called by a name.
func idOf(c *canon.Canon, file, called string) programID {
	id := programID{path: c.Path(file), name: called}
	if path.Base(file) == called { // as it is mostly: it may have a part that changes
		id.name = path.Base(id.path)
	}
	return id
}

// programs returns the programs of both runs, by names that tell them apart.
func programs(a, b []report.Program, ca, cb *canon.Canon) map[programID]*Program {
	byID := make(map[programID]*Program)
	add := func(list []report.Program, c *canon.Canon, use func(*Program) *Use) {
		for i := range list {
			id := idOf(c, list[i].Path, list[i].Called)
			p := byID[id]
			if p == nil {
				p = &Program{Path: id.path, Name: id.name}
				byID[id] = p
			}
			u := use(p)
			u.Count += list[i].Count
			u.CPU += list[i].CPU
			u.Own += list[i].Own
		}
	}
	add(a, ca, func(p *Program) *Use { return &p.A })
	add(b, cb, func(p *Program) *Use { return &p.B })

	same := make(map[string]int)
	for id := range byID {
		same[id.name]++
	}
	for id, p := range byID {
		if same[id.name] > 1 && p.Path != "" {
			p.Name = p.Path
		}
	}
	return byID
}

// byChange returns programs in order, that with the greatest change first.
func byChange(byID map[programID]*Program) []Program {
	list := make([]Program, 0, len(byID))
	for _, p := range byID {
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b Program) int {
		return cmp.Or(cmp.Compare(b.changed(), a.changed()), strings.Compare(a.Path, b.Path), strings.Compare(a.Name, b.Name))
	})
	return list
}

// changed returns by how much the times of p changed.
func (p *Program) changed() time.Duration { return max(p.CPU().Abs(), p.Own().Abs()) }
