package report

import (
	"cmp"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"github.com/exectrail/exectrail/internal/lives"
)

// Slow is one process among the slowest.
type Slow struct {
	Process        int // index in Run.Processes
	Own, Wall, CPU time.Duration
}

func slowest(run *lives.Run, tree *lives.Tree, n int) []Slow {
	list := make([]Slow, len(run.Processes))
	for i := range run.Processes {
		list[i] = Slow{Process: i, Own: tree.Own(i), Wall: run.Wall(i), CPU: run.Processes[i].CPU()}
	}
	slices.SortStableFunc(list, func(a, b Slow) int { return cmp.Or(cmp.Compare(b.Own, a.Own), cmp.Compare(b.Wall, a.Wall)) })
	return slices.Clip(list[:min(n, len(list))])
}

// Repeat is a command that was executed more than once: the same program with the same arguments in the same directory.
type Repeat struct {
	Program *lives.Program // one of them
	Count   int
	Total   time.Duration // for how long they ran, added up
}

func repeats(run *lives.Run, tree *lives.Tree, n int) []Repeat {
	byCommand := make(map[[sha256.Size]byte]int)
	var list []Repeat
	for i := range run.Processes {
		p := &run.Processes[i]
		wall := tree.WallByProgram(i)
		for k := range p.Programs {
			x := &p.Programs[k]
			if x.ArgsMissing > 0 || x.Unseen {
				continue // it cannot be told that they are the same
			}
			id := commandID(x)
			at, ok := byCommand[id]
			if !ok {
				at = len(list)
				byCommand[id] = at
				list = append(list, Repeat{Program: x})
			}
			list[at].Count++
			list[at].Total += wall[k+1]
		}
	}
	list = slices.DeleteFunc(list, func(r Repeat) bool { return r.Count < 2 })
	slices.SortStableFunc(list, func(a, b Repeat) int { return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(b.Count, a.Count)) })
	return slices.Clip(list[:min(n, len(list))])
}

// commandID tells commands apart, and takes less room than all of their arguments.
func commandID(p *lives.Program) [sha256.Size]byte {
	return sha256.Sum256([]byte(strings.Join(append([]string{p.Executable, p.Script, p.Directory}, p.Args...), "\x00")))
}
