package lives

import (
	"iter"
	"time"
)

// Own returns the own time of process i: for how long it lived while none of the processes that it created did. It is
// the time that the process cannot have spent on waiting for them.
func (t *Tree) Own(i int) time.Duration {
	var sum time.Duration
	for _, d := range t.OwnByProgram(i) {
		sum += d
	}
	return sum
}

// OwnByProgram returns the own time of process i in parts: what was before its first program, and then in each of
// its programs.
func (t *Tree) OwnByProgram(i int) []time.Duration {
	p := &t.run.Processes[i]
	parts := make([]time.Duration, len(p.Programs)+1)
	part := 0
	for from, to := range t.Alone(i) {
		for part < len(p.Programs) && !p.Programs[part].Time.After(from) {
			part++
		}
		for part < len(p.Programs) && p.Programs[part].Time.Before(to) {
			parts[part] += p.Programs[part].Time.Sub(from)
			from = p.Programs[part].Time
			part++
		}
		parts[part] += to.Sub(from)
	}
	return parts
}

// Alone yields the beginning and the end of each stretch of the life of process i in which no child of it lived, in order.
func (t *Tree) Alone(i int) iter.Seq2[time.Time, time.Time] {
	return func(yield func(from, to time.Time) bool) {
		at, end := t.run.Processes[i].Start, t.run.EndOf(i)
		if at.Before(t.run.Begin) {
			at = t.run.Begin
		}
		for _, c := range t.children[i] {
			start := t.run.Processes[c].Start
			if start.After(end) {
				break
			}
			if start.After(at) && !yield(at, start) {
				return
			}
			if e := t.run.EndOf(int(c)); e.After(at) {
				at = e
			}
		}
		if end.After(at) {
			yield(at, end)
		}
	}
}

// WallByProgram returns for how long process i ran what it had inherited, and then each of its programs, as far as
// it was recorded.
func (t *Tree) WallByProgram(i int) []time.Duration {
	p := &t.run.Processes[i]
	parts := make([]time.Duration, len(p.Programs)+1)
	at, end := p.Start, t.run.EndOf(i)
	for k := range parts {
		to := end
		if k < len(p.Programs) && p.Programs[k].Time.Before(end) {
			to = p.Programs[k].Time
		}
		if at.Before(t.run.Begin) {
			at = t.run.Begin
		}
		if to.After(at) {
			parts[k] = to.Sub(at)
			at = to
		}
	}
	return parts
}
