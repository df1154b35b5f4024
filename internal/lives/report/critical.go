package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/exectrail/exectrail/internal/lives"
)

// Path is the critical path of a run: the chain of processes that determined how long it took. Its steps follow each other
// without a gap, each in one process, and lead from the beginning to the end of the process that ended last.
//
// It is found from the end: a process was held up by that child of it which ended last, for it could have waited for that one.
// So from the moment at hand, at first the end of the process that ended last, the time back to the latest end of a child
// is a step in the process itself. Before that, the path is that of the child, from its end back to its
// start. There it goes on in the process that created it, in the same way, and in the end at the start of the first one.
//
// A child that had not ended by the moment at hand held up nobody, and neither did one whose exit was not recorded. The events do not
// tell whether a process really waited for its child; one that did not could have been held up by what it did itself.
type Path struct {
	Steps  []Step  // in the order of time
	Shares []Share // by the time that they have on the path, the longest first
	Wall   time.Duration
}

// Step is a stretch of time in which the run was held up by one process.
type Step struct {
	Process  int            // index in Run.Processes
	Program  *lives.Program // that it ran; nil when that is not known
	From, To time.Time
}

// Share is what a process has of a path.
type Share struct {
	Process int
	Time    time.Duration // all of its steps together
	From    time.Time     // the beginning of the first
}

// CriticalPath returns the critical path of a run, by the ends of processes that were recorded. It is empty when there are none.
func CriticalPath(run *lives.Run, tree *lives.Tree) Path {
	p := last(run)
	if p < 0 {
		return Path{}
	}
	w := walk{run: run, tree: tree, rest: make(map[int][]int32)}
	at := run.Processes[p].End
	for p >= 0 {
		if c := w.heldUpBy(p, at); c >= 0 {
			end := run.Processes[c].End
			w.step(p, end, at)
			p, at = c, end
			continue
		}
		start := run.Processes[p].Start
		w.step(p, start, at)
		p, at = run.Processes[p].Parent, start
	}
	slices.Reverse(w.steps)
	path := Path{Steps: w.steps, Shares: shares(w.steps)}
	for _, s := range path.Shares {
		path.Wall += s.Time
	}
	return path
}

// last returns the process that ended last, of several the one that started first; -1 when no end was recorded.
func last(run *lives.Run) int {
	found := -1
	for i := range run.Processes {
		if p := &run.Processes[i]; p.Ended() && (found < 0 || p.End.After(run.Processes[found].End)) {
			found = i
		}
	}
	return found
}

// walk is a path on the way from its end to its beginning.
type walk struct {
	run   *lives.Run
	tree  *lives.Tree
	rest  map[int][]int32 // children not looked at yet, by their ends: the last one ended last
	steps []Step
}

// heldUpBy takes the child of p that ended last, but not after at; -1 when there is none.
func (w *walk) heldUpBy(p int, at time.Time) int {
	rest, ok := w.rest[p]
	if !ok {
		for _, c := range w.tree.Children(p) {
			if w.run.Processes[c].Ended() {
				rest = append(rest, c)
			}
		}
		slices.SortStableFunc(rest, func(a, b int32) int { return w.run.Processes[a].End.Compare(w.run.Processes[b].End) })
	}
	found := -1
	for len(rest) > 0 && found < 0 {
		if c := int(rest[len(rest)-1]); !w.run.Processes[c].End.After(at) {
			found = c
		}
		rest = rest[:len(rest)-1]
	}
	w.rest[p] = rest
	return found
}

// step adds what p did from one time to another, a step for each program. It is cut at the beginning of the recording.
func (w *walk) step(p int, from, to time.Time) {
	if from.Before(w.run.Begin) {
		from = w.run.Begin
	}
	if !from.Before(to) {
		return
	}
	programs := w.run.Processes[p].Programs
	for k := w.run.Processes[p].ExecutedBy(to) - 1; k >= 0 && programs[k].Time.After(from); k-- {
		if x := &programs[k]; x.Time.Before(to) {
			w.steps = append(w.steps, Step{p, x, x.Time, to})
			to = x.Time
		}
	}
	w.steps = append(w.steps, Step{p, w.tree.ProgramAt(p, from), from, to})
}

// shares adds up steps by process.
func shares(steps []Step) []Share {
	at := make(map[int]int)
	var list []Share
	for _, s := range steps {
		k, ok := at[s.Process]
		if !ok {
			k = len(list)
			at[s.Process] = k
			list = append(list, Share{Process: s.Process, From: s.From})
		}
		list[k].Time += s.To.Sub(s.From)
	}
	slices.SortStableFunc(list, func(a, b Share) int { return cmp.Compare(b.Time, a.Time) })
	return list
}

// programShare is what a program has of a path.
type programShare struct {
	Name string
	Time time.Duration
}

// byProgram adds up the steps by the names of programs, the longest first.
func (p *Path) byProgram() []programShare {
	at := make(map[string]int)
	var list []programShare
	for _, s := range p.Steps {
		name := lives.NameOf(s.Program)
		k, ok := at[name]
		if !ok {
			k = len(list)
			at[name] = k
			list = append(list, programShare{Name: name})
		}
		list[k].Time += s.To.Sub(s.From)
	}
	slices.SortStableFunc(list, func(a, b programShare) int { return cmp.Compare(b.Time, a.Time) })
	return list
}
