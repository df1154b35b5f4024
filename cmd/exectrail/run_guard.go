package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/filter"
	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/allow"
)

// guards reports whether something may not run.
func (o *runOptions) guards() bool { return len(o.deny) > 0 || o.allowFile != "" }

// guard finds what ran and was not allowed to.
type guard struct {
	deny    []denial
	allowed *allow.List // nil when nothing is asked of it
	learns  bool
	sums    *sums

	execs  map[event.Key]int // of each process so far, for deny
	denied []denied
}

// denial is what --deny says.
type denial struct {
	text   string
	filter *filter.Filter
}

// denied is an exec for which a denial holds.
type denied struct {
	process event.Key
	exec    int // so many did the process before
	text    string
}

func newGuard(o *runOptions) (*guard, error) {
	g := &guard{learns: o.learn != "", sums: newSums(), execs: map[event.Key]int{}}
	for _, text := range o.deny {
		f, err := filter.Compile(text)
		if e := (*filter.Error)(nil); errors.As(err, &e) {
			return nil, &usageError{"--deny: " + e.Error(), e.Hint()}
		}
		if err != nil {
			return nil, err
		}
		g.deny = append(g.deny, denial{text, f})
	}
	if o.allowFile != "" {
		list, err := readAllowed(o.allowFile)
		if err != nil {
			return nil, err
		}
		g.allowed = list
	}
	return g, nil
}

func readAllowed(path string) (*allow.List, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open list of allowed programs: %w", err)
	}
	defer file.Close()
	list, err := allow.Parse(file)
	if err != nil {
		return nil, &usageError{fmt.Sprintf("--allow-file %s: %v", path, err), "a line is a glob of paths, and behind it sha256:DIGEST if only one file may be there"}
	}
	return list, nil
}

// late reports whether names of containers have to be known.
func (g *guard) late() bool {
	for _, d := range g.deny {
		if d.filter.Late() {
			return true
		}
	}
	return false
}

// asksSignals reports whether signals have to be known.
func (g *guard) asksSignals() bool {
	for _, d := range g.deny {
		if strings.Contains(d.text, "signals") {
			return true
		}
	}
	return false
}

// reads reports whether files that were executed are read.
func (g *guard) reads() bool { return g.learns || g.allowed != nil }

// see takes the next event.
func (g *guard) see(e event.Event) {
	exec, ok := e.(*event.Exec)
	if !ok || exec.Process == nil {
		return
	}
	if len(g.deny) > 0 {
		key := exec.Process.Key
		for _, d := range g.deny {
			if d.filter.Match(exec) {
				g.denied = append(g.denied, denied{key, g.execs[key], d.text})
			}
		}
		g.execs[key]++
	}
	if g.reads() {
		// Now, as long as the process may be there, and its file is the one that it runs.
		g.sums.see(exec, func(path string) bool { return g.learns || g.allowed.WantsSum(path) })
	}
}

// check returns what ran in a run and was not allowed to.
func (g *guard) check(run *lives.Run) []lives.Violation {
	var list []lives.Violation
	if len(g.denied) > 0 {
		index := make(map[event.Key]int, len(run.Processes))
		for i := range run.Processes {
			index[run.Processes[i].Key] = i
		}
		for _, d := range g.denied {
			i, known := index[d.process]
			if !known {
				continue // beyond the limits of a run, which is a failure of its own
			}
			if p := recorded(run.Processes[i].Programs, d.exec); p != nil {
				list = append(list, lives.Violation{Process: i, Program: p, Path: p.Path(), Why: "denied by " + d.text})
			}
		}
	}
	if g.allowed != nil {
		list = append(list, g.allowed.CheckRun(run, g.sums.sum)...)
	}
	return list
}

// recorded returns the program of which n were recorded before.
func recorded(programs []lives.Program, n int) *lives.Program {
	for k := range programs {
		if programs[k].Unseen {
			continue
		}
		if n == 0 {
			return &programs[k]
		}
		n--
	}
	return nil
}

// A guardError says that something ran that was not allowed to, or that it cannot be told.
type guardError struct{ reason, hint string }

func (e *guardError) Error() string { return e.reason }

// Hint returns what to do about it.
func (e *guardError) Hint() string { return e.hint }

// verdict returns an error if something was not allowed, or was not recorded.
func (g *guard) verdict(violations []lives.Violation, run *lives.Run, untracked uint64) error {
	if len(violations) > 0 {
		paths := map[string]bool{}
		for _, v := range violations {
			paths[v.Path] = true
		}
		what := "1 program ran that is not allowed: " + violations[0].Path
		if len(paths) > 1 {
			what = fmt.Sprintf("%d programs ran that are not allowed: %s and others", len(paths), violations[0].Path)
		}
		return &guardError{what, "the report tells when and by whom; if they are wanted, add them to the list or mend the expression"}
	}
	if missing := run.Lost + run.Omitted + untracked; missing > 0 {
		return &guardError{fmt.Sprintf("it is not known whether all that ran is allowed: %d events are missing", missing),
			largerRings}
	}
	return nil
}
