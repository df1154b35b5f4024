package pipeline

import (
	"testing"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/seen"
	"github.com/exectrail/exectrail/internal/wire"
)

// TestFirstSeen has files executed once, again, after a change, and after a record told that they were before.
func TestFirstSeen(t *testing.T) {
	s := newSession(t, everything())
	file := event.File{DeviceMajor: 8, DeviceMinor: 1, Inode: 7, Changed: 100}
	changed, other, unknown := file, file, file
	changed.Changed, other.Inode, unknown.Changed = 101, 8, 0
	s.feed(wire.Record{Kind: wire.Seen, Time: 5, File: other})
	for i, step := range []struct {
		file  event.File
		first bool
	}{
		{file, true}, {file, false}, {changed, true}, {file, false}, {other, false}, {unknown, false},
	} {
		id := wire.ID{PID: 200, Start: 50, ExecID: uint64(i + 1)}
		events := s.feed(wire.Record{Kind: wire.Exec, Seq: uint64(i + 1), Time: uint64(60 + i), ID: id, Exec: event.Exec{File: step.file}})
		e := events[0].(*event.Exec)
		if e.File.FirstSeen != step.first || e.Signals.Has(event.SignalFirstSeen) != step.first {
			t.Errorf("step %d: first seen is %v, and the signals are %q", i, e.File.FirstSeen, e.Signals)
		}
	}
	for f, want := range map[*event.File]bool{&file: true, &other: true, {DeviceMajor: 8, Inode: 99, Changed: 1}: false} {
		if id, _ := seen.FileOf(f); s.reader.KnowsFile(id) != want {
			t.Errorf("%+v is known: %v", f, !want)
		}
	}
}
