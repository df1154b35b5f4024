package exectrail

import (
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/wire"
)

// appendFilled appends what /proc tells of the process of a degraded exec, if it still runs the same program.
func (l *live) appendFilled(told [][]byte, r *wire.Record) [][]byte {
	e := &r.Exec
	if e.Degraded == 0 {
		return told
	}
	d, ok := l.proc.Describe(r.ID.PID, r.ID.Start)
	if !ok || d.Comm != string(e.Comm) || d.Inode != e.File.Inode {
		return told
	}
	texts := textsOf(d)
	// The process has changed them, or this is another exec of the same program.
	if uint64(len(texts.Args)) != e.Args.Size {
		texts.Args = nil
	}
	if !e.Degraded.Has(event.PartPaths) {
		texts.Executable, texts.Directory = "", ""
	}
	return append(told, wire.AppendFilled(nil, r, texts))
}
