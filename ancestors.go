package exectrail

import (
	"github.com/exectrail/exectrail/internal/filter/term"
	"github.com/exectrail/exectrail/internal/wire"
)

// maxAncestors is how many ancestors are looked up at a time.
const maxAncestors = 64

// appendAncestors appends what /proc tells of the ancestors of the process of r of which an exec was not recorded, for
// the terms of the session did not hold for it. What has exited by now stays unknown.
func (l *live) appendAncestors(told [][]byte, r *wire.Record) [][]byte {
	if l.tracer.config.terms == (term.Terms{}) {
		return told
	}
	n := 0
	for a := range l.tracer.reader.Unnamed(r.Parent) {
		if d, ok := l.proc.Describe(a.ID.PID, a.ID.Start); ok {
			told = append(told, wire.AppendRelative(nil, r.Time, a, d.Comm, textsOf(d)))
		}
		if n++; n == maxAncestors {
			break
		}
	}
	return told
}
