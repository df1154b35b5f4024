package object

import (
	"iter"
	"slices"
	"strings"
)

// nearHint names what is written almost so, or else gives other advice.
func nearHint(written string, names iter.Seq[string], otherwise string) string {
	if near := nearNames(written, names); len(near) > 0 {
		return "perhaps " + strings.Join(near, ", ") + "?"
	}
	return otherwise
}

// nearNames returns at most five names that are written almost so, the nearest first.
func nearNames(written string, names iter.Seq[string]) []string {
	type candidate struct {
		name     string
		distance int
	}
	var near []candidate
	for name := range names {
		d := len(name) - len(written)
		switch {
		case strings.HasPrefix(name, "__pfx_"), d < -2, d > 12:
			continue
		case d <= 2:
			d = editDistance(written, name)
		case len(written) < 4 || !strings.Contains(name, written):
			continue
		}
		if d <= 2 || strings.Contains(name, written) {
			near = append(near, candidate{name, d})
		}
	}
	slices.SortFunc(near, func(a, b candidate) int {
		if a.distance != b.distance {
			return a.distance - b.distance
		}
		return strings.Compare(a.name, b.name)
	})
	var nearest []string
	for _, c := range near[:min(len(near), 5)] {
		nearest = append(nearest, c.name)
	}
	return nearest
}

// editDistance returns how many bytes must be changed, put in or taken out to make b of a.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
