package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/exectrail/exectrail/internal/lives"
)

// Program is what became of all executions of a file together.
//
// The time of a process belongs to the program that it ran then: before its first exec, that is the one of its
// creator. Its CPU time is told once, at its end, and belongs to the last program.
type Program struct {
	Path   string // of the script or the executable; empty when it is not known
	Called string // its last part, or what argv calls a binary that is many programs
	Name   string // the same, or the path where another program is called the same
	Count  int    // how often it was executed
	CPU    time.Duration
	Wall   time.Duration // sum of the lives of its processes
	Own    time.Duration // sum of their own times
	// FailedExits is how many of its processes failed.
	FailedExits int
}

// Programs returns the programs of a run, by their paths.
func Programs(run *lives.Run, tree *lives.Tree) []Program {
	byKey := make(map[programKey]*Program)
	of := func(p *lives.Program) *Program {
		k := keyOf(p)
		x := byKey[k]
		if x == nil {
			x = &Program{Path: k.path, Called: k.name, Name: k.name}
			byKey[k] = x
		}
		return x
	}
	for i := range run.Processes {
		p := &run.Processes[i]
		last := of(tree.Program(i))
		last.CPU += p.CPU()
		if !p.OK() {
			last.FailedExits++
		}
		wall, own := tree.WallByProgram(i), tree.OwnByProgram(i)
		for k := range wall {
			if wall[k] == 0 && own[k] == 0 {
				continue
			}
			ran := tree.Inherited(i)
			if k > 0 {
				ran = &p.Programs[k-1]
			}
			x := of(ran)
			x.Wall += wall[k]
			x.Own += own[k]
		}
		for k := range p.Programs {
			of(&p.Programs[k]).Count++
		}
	}
	return named(byKey)
}

// programKey tells programs apart: by name, too, since one binary can be many programs.
type programKey struct{ path, name string }

func keyOf(p *lives.Program) programKey {
	if p == nil {
		return programKey{name: lives.Unknown}
	}
	return programKey{p.Path(), p.Name()}
}

// named returns the programs in order, with names that tell them apart.
func named(byKey map[programKey]*Program) []Program {
	same := make(map[string]int)
	for k := range byKey {
		same[k.name]++
	}
	list := make([]Program, 0, len(byKey))
	for _, x := range byKey {
		if same[x.Name] > 1 && x.Path != "" {
			x.Name = x.Path
		}
		list = append(list, *x)
	}
	slices.SortFunc(list, func(a, b Program) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Name, b.Name))
	})
	return list
}

// top returns the n programs with the greatest value, which is not 0.
func top(programs []Program, n int, value func(*Program) int64) []Program {
	list := slices.Clone(programs)
	slices.SortStableFunc(list, func(a, b Program) int { return cmp.Compare(value(&b), value(&a)) })
	for i := range list {
		if i == n || value(&list[i]) == 0 {
			return list[:i]
		}
	}
	return list
}
