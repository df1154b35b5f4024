package report

import (
	"path"

	"github.com/exectrail/exectrail/internal/lives"
)

// searches returns how many failed execs of p were a step along PATH: the file was not there, and the next
// that p tried to execute has the same name in another directory.
func searches(p *lives.Process) int {
	steps := 0
	for i := range p.Failed {
		f := &p.Failed[i]
		if f.Errno != noEntry {
			continue
		}
		if next := nextTry(p, i); next != "" && next != f.Filename && path.Base(next) == path.Base(f.Filename) {
			steps++
		}
	}
	return steps
}

// noEntry is ENOENT: no such file.
const noEntry = 2

// nextTry returns what p tried to execute after its failure i; empty for nothing.
func nextTry(p *lives.Process, i int) string {
	failed := p.Failed[i].Time
	next := p.ExecutedBy(failed)
	switch {
	case i+1 == len(p.Failed) && next == len(p.Programs):
		return ""
	case i+1 == len(p.Failed), next < len(p.Programs) && p.Programs[next].Time.Before(p.Failed[i+1].Time):
		return p.Programs[next].Path()
	}
	return p.Failed[i+1].Filename
}
