package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/exectrail/exectrail/internal/lives"
)

// edge is a moment at which the number of processes changes.
type edge struct {
	at   time.Time
	more int // 1 or -1
}

// peaks returns how many processes lived at a time at most, and how many of those at a time had no child that lived.
func peaks(run *lives.Run, tree *lives.Tree) (alive, alone int) {
	var lived, worked []edge
	for i := range run.Processes {
		lived = append(lived, edge{run.Processes[i].Start, 1}, edge{run.EndOf(i), -1})
		for from, to := range tree.Alone(i) {
			worked = append(worked, edge{from, 1}, edge{to, -1})
		}
	}
	return peak(lived), peak(worked)
}

// peak returns the greatest number. What ends does not overlap with what begins at the same time.
func peak(edges []edge) int {
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.more, b.more)) })
	most, now := 0, 0
	for _, e := range edges {
		now += e.more
		most = max(most, now)
	}
	return most
}
