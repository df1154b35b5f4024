package pipeline

import (
	"iter"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/wire"
)

// Unnamed yields those of a process's ancestors, from its parent on, of which it is not known what they run: no exec
// of theirs was recorded. It skips those that have exited.
func (r *Reader) Unnamed(parent wire.ID) iter.Seq[wire.Relative] {
	return func(yield func(wire.Relative) bool) {
		p := r.table.Lookup(event.Key{PID: parent.PID, Start: parent.Start})
		switch {
		case parent.PID == 0:
			return
		case p == nil:
			yield(wire.Relative{ID: parent, UID: event.NoID, GID: event.NoID})
			return
		case p.ExecID < parent.ExecID:
			// It has executed something since it was last told of.
			a := relative(p)
			if a.ID.ExecID = parent.ExecID; !yield(a) {
				return
			}
			p = p.Parent
		}
		for n := 0; p != nil && n < maxLineage; p, n = p.Parent, n+1 {
			if p.Name == "" && !p.Exited && !yield(relative(p)) {
				return
			}
		}
	}
}

// maxLineage bounds a walk up the ancestors, for a damaged recording must not make it endless.
const maxLineage = 4096

func relative(p *event.Process) wire.Relative {
	a := wire.Relative{ID: idOf(p), UID: p.UID, GID: p.GID}
	if p.Parent != nil {
		a.Parent = idOf(p.Parent)
	}
	return a
}

func idOf(p *event.Process) wire.ID {
	return wire.ID{PID: p.Key.PID, Start: p.Key.Start, ExecID: p.ExecID}
}
