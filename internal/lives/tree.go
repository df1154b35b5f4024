package lives

import "time"

// Tree finds in a [Run] what its processes have to do with each other. The Run must not change while it is used.
type Tree struct {
	run      *Run
	children [][]int32
	roots    []int32
	inherits []*Program
}

// NewTree returns the tree of r, whose parents must stand before their children.
func NewTree(r *Run) *Tree {
	t := &Tree{run: r, children: make([][]int32, len(r.Processes)), inherits: make([]*Program, len(r.Processes))}
	for i := range r.Processes {
		p := &r.Processes[i]
		if p.Parent < 0 {
			t.roots = append(t.roots, int32(i))
			if len(p.Programs) > 0 {
				t.inherits[i] = &p.Programs[0]
			}
			continue
		}
		t.children[p.Parent] = append(t.children[p.Parent], int32(i))
		t.inherits[i] = t.ProgramAt(p.Parent, p.Start)
	}
	return t
}

// Roots returns the processes whose parent is not among them, by their start.
func (t *Tree) Roots() []int32 { return t.roots }

// Children returns the processes that process i created, by their start.
func (t *Tree) Children(i int) []int32 { return t.children[i] }

// Inherited returns the program that process i ran when it was forked: that of its parent. For one whose parent is not
// among the processes it is its first program, so that the time before that has a name. Nil when none is known.
func (t *Tree) Inherited(i int) *Program { return t.inherits[i] }

// ProgramAt returns what process i ran at a time, the moment of its exec included. Nil when that is not known.
func (t *Tree) ProgramAt(i int, at time.Time) *Program {
	p := &t.run.Processes[i]
	if n := p.ExecutedBy(at); n > 0 {
		return &p.Programs[n-1]
	}
	return t.inherits[i]
}

// Program returns the last program that process i ran; nil when none is known.
func (t *Tree) Program(i int) *Program {
	if programs := t.run.Processes[i].Programs; len(programs) > 0 {
		return &programs[len(programs)-1]
	}
	return t.inherits[i]
}

// Forked reports whether process i executed nothing, and only went on with what it had inherited.
func (t *Tree) Forked(i int) bool { return len(t.run.Processes[i].Programs) == 0 }

// Name returns the name of the last program that process i ran.
func (t *Tree) Name(i int) string { return NameOf(t.Program(i)) }

// NameOf returns the name of p, and [Unknown] for nil.
func NameOf(p *Program) string {
	if p == nil {
		return Unknown
	}
	return p.Name()
}
