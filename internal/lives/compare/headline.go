package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/exectrail/exectrail/internal/lives/figures"
)

// different tells in a line how many differences there are of each kind.
func (d *Diff) different() string {
	var items []string
	count := func(one func(*Program) bool, what string) {
		if n := len(d.only(one)); n > 0 {
			items = append(items, figures.Grouped(n)+" "+what)
		}
	}
	count((*Program).OnlyA, "only in A")
	count((*Program).OnlyB, "only in B")
	count((*Program).otherCount, "more or less often")
	lines := 0
	for i := range d.Commands {
		lines += d.Commands[i].Count
	}
	changed, ran := figures.Counted(lines, "command line")+" changed", "programs: "+strings.Join(items, ", ")
	switch {
	case lines == 0 && len(items) == 0:
		return "the same programs, as often, with the same command lines"
	case len(items) == 0:
		return changed
	case lines == 0:
		return ran
	}
	return changed + "; " + ran
}

// longer tells which run took longer.
func (d *Diff) longer() string {
	change := d.B.Wall - d.A.Wall
	if change == 0 {
		return "B took as long as A"
	}
	text := "B took " + figures.Duration(change.Abs())
	if change > 0 {
		text += " longer than A"
	} else {
		text += " less than A"
	}
	if r := relative(d.A.Wall, d.B.Wall); r != "" {
		text += " (" + r + ")"
	}
	return text
}

// incomplete warns where a run was not recorded as a whole, so that what is missing is not taken for a difference. It is empty where it was.
func (d *Diff) incomplete() string {
	var sides []string
	for _, s := range d.sides() {
		if n := s.Run.Lost + s.Run.Omitted; n > 0 {
			sides = append(sides, fmt.Sprintf("%s events of %s", figures.Grouped(n), s.letter))
		}
	}
	if len(sides) == 0 {
		return ""
	}
	return strings.Join(sides, " and ") + " are missing: what seems to be gone may be among them"
}

// legend explains the names that stand for what is different each time, as far as they are among the first top entries of the lists.
// It is empty where there are none.
func (d *Diff) legend(top int) string {
	var shown []string
	for _, p := range first(d.only((*Program).OnlyA), top) {
		shown = append(append(shown, p.path()), p.A.First...)
	}
	for _, p := range first(d.only((*Program).OnlyB), top) {
		shown = append(append(shown, p.path()), p.B.First...)
	}
	for _, p := range first(d.changed(), top) {
		shown = append(shown, p.Name)
	}
	for i := range first(d.Commands, top) {
		gone, came := d.Commands[i].lines()
		shown = append(shown, d.Commands[i].Name, gone, came)
	}
	var items []string
	for _, x := range [][2]string{
		{"%dir", "the directory of the run"}, {"%tmp", "a temporary name"}, {"%hash", "a hash or the like"}, {"%pid", "a process id"},
	} {
		if slices.ContainsFunc(shown, func(s string) bool { return strings.Contains(s, x[0]) }) {
			items = append(items, x[0]+" is "+x[1])
		}
	}
	return strings.Join(items, ", ")
}
