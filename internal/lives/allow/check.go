package allow

import (
	"fmt"
	"path"

	"github.com/exectrail/exectrail/internal/lives"
)

// Summer returns the SHA-256 of the file that ran as path. It is asked only where a rule wants to know, or a list is
// learned, and may answer from what it was asked before.
type Summer func(path string) (Sum, error)

// Check reports whether a program may run, and if not, why, in a sentence that is not escaped.
func (l *List) Check(program string, sum Summer) (ok bool, why string) {
	switch {
	case program == "":
		return false, "its path was not recorded"
	case !path.IsAbs(program):
		return false, "its path is not absolute"
	}
	var got Sum
	var known, matched bool
	for i := range l.rules {
		rule := &l.rules[i]
		if !rule.matches(program) {
			continue
		}
		if rule.Any {
			return true, ""
		}
		if !known {
			var err error
			if got, err = sum(program); err != nil {
				// Another rule may allow it whatever it is.
				why, known, matched = "its SHA-256 is not known: "+err.Error(), true, true
				continue
			}
			known = true
		}
		matched = true
		if why == "" && rule.Sum == got {
			return true, ""
		}
	}
	switch {
	case why != "":
		return false, why
	case matched:
		return false, fmt.Sprintf("it is another file than the one allowed: it has %s", got)
	}
	return false, "no rule allows it"
}

// WantsSum reports whether it takes the SHA-256 of its file to tell whether a program may run.
func (l *List) WantsSum(program string) bool {
	wants := false
	for i := range l.rules {
		if rule := &l.rules[i]; rule.matches(program) {
			if rule.Any {
				return false
			}
			wants = true
		}
	}
	return wants
}

// CheckRun returns what ran and is not allowed, in the order of the processes. Each path is checked once for all that ran it.
func (l *List) CheckRun(run *lives.Run, sum Summer) []lives.Violation {
	type verdict struct {
		ok  bool
		why string
	}
	verdicts := make(map[string]verdict)
	var list []lives.Violation
	for i := range run.Processes {
		for k := range run.Processes[i].Programs {
			p := &run.Processes[i].Programs[k]
			for _, file := range files(p) {
				v, ok := verdicts[file]
				if !ok {
					v.ok, v.why = l.Check(file, sum)
					verdicts[file] = v
				}
				if !v.ok {
					list = append(list, lives.Violation{Process: i, Program: p, Path: file, Why: v.why})
				}
			}
		}
	}
	return list
}

// files returns the paths of a program that have to be allowed.
func files(p *lives.Program) []string {
	if p.Script == "" || p.Path() == p.Executable {
		return []string{p.Executable}
	}
	return []string{p.Executable, p.Path()}
}
