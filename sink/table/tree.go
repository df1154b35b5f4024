package table

import "github.com/exectrail/exectrail/event"

// tree remembers which processes are in the table, to tell how deep below
// the first of its ancestors there a process stands. It holds the last
// processes only: at least one generation, at most two.
type tree struct {
	young, old map[event.Key]struct{}
}

const generation = 1 << 15

// indentWidth is how many spaces stand for one generation of ancestors.
const indentWidth = 2

// indent returns how many spaces the command of e is moved by, and takes its
// process into the tree. A line keeps at least half of its room.
func (t *tree) indent(e event.Event, room int) int {
	p := processOf(e)
	if p == nil {
		return 0
	}
	depth, generations := 0, 0
	for a := range p.Ancestors {
		generations++
		if t.has(a.Key) {
			depth = generations
		}
	}
	t.add(p.Key)
	if room == noLimit {
		return indentWidth * depth
	}
	return min(indentWidth*depth, room/2)
}

func (t *tree) has(k event.Key) bool {
	if _, ok := t.young[k]; ok {
		return true
	}
	_, ok := t.old[k]
	return ok
}

func (t *tree) add(k event.Key) {
	if len(t.young) >= generation {
		t.old, t.young = t.young, nil
	}
	if t.young == nil {
		t.young = make(map[event.Key]struct{})
	}
	t.young[k] = struct{}{}
}

// processOf returns the process that e tells of, and nil when it tells of none.
func processOf(e event.Event) *event.Process {
	switch e := e.(type) {
	case *event.Exec:
		return e.Process
	case *event.ExecFailed:
		return e.Process
	case *event.Fork:
		return e.Process
	case *event.Exit:
		return e.Process
	}
	return nil
}
