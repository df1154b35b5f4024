package main

import (
	"fmt"
	"math"
)

// A row is one thing that was measured, for all tools.
type row struct {
	name   string
	target string // in words; empty for none
	met    bool   // whether exectrail came up to it
	base   string // the figure without any tool; empty where there is none
	by     map[string]string
}

func newRow(name string) row { return row{name: name, by: map[string]string{}} }

// aim says what exectrail is to reach, and whether it did.
func (r *row) aim(target string, met bool) { r.target, r.met = target, met }

// A quantity is a row that is made of samples of type S.
type quantity[S any] struct {
	name     string
	decimals int
	signed   bool // it is a difference
	of       func(S) float64
	target   string
	met      func(figure) bool // of exectrail; nil without a target
}

// tabulate makes the rows of several quantities. A tool for which one is not a
// number has no figure there.
func tabulate[S any](samples map[*tool][]S, quantities ...quantity[S]) []row {
	var rows []row
	for _, q := range quantities {
		r := newRow(q.name)
		for t, list := range samples {
			values := make([]float64, len(list))
			for i, s := range list {
				values[i] = q.of(s)
			}
			f := summarize(values)
			if math.IsNaN(f.median) {
				continue
			}
			r.by[t.name] = f.text(q.decimals)
			if q.signed {
				r.by[t.name] = f.change(q.decimals)
			}
			if t.name == ours && q.met != nil {
				r.aim(q.target, q.met(f))
			}
		}
		rows = append(rows, r)
	}
	return rows
}

// seenRow tells how many of all the execs each tool has seen. exectrail is to see all, however it is run.
func seenRow(name string, seen map[*tool][]int, execs int) row {
	r := newRow(name)
	complete := true
	for t, list := range seen {
		part, all := 0, execs*len(list)
		for _, n := range list {
			part += n
		}
		r.by[t.name] = share(part, all)
		if t.name == ours || t.name == oursJSON || t.name == oursFailed {
			complete = complete && part == all
		}
	}
	r.aim("all", complete)
	return r
}

// share says how many of all there were.
func share(part, all int) string {
	text := fmt.Sprintf("%s of %s", number(float64(part), 0), number(float64(all), 0))
	if part < all {
		text += fmt.Sprintf(", %s missing", number(float64(all-part), 0))
	}
	return text
}

// inTurn returns the tools in another order each round, so that none of them
// always comes after the same one.
func (b *bench) inTurn(round int) []*tool {
	first := round % len(b.tools)
	return append(b.tools[first:len(b.tools):len(b.tools)], b.tools[:first]...)
}
