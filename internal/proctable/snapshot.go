package proctable

import (
	"strings"

	"github.com/exectrail/exectrail/event"
)

// merge is what the snapshot knows ahead of the stream, kept until the stream
// has caught up with it.
type merge struct {
	until   uint64 // time of the last visit
	visited map[event.Key]*visit
	gone    []*entry
}

type visit struct {
	process // the image only
	// parentAt is when the entry's parent was seen to be that; 0 if it is known to be the creator.
	parentAt uint64
}

// seesParentEarlier reports whether a record of this time tells the parent of
// a visited process from before the visit: a reaper may have taken its place
// since. That record is then what counts, unless there is an earlier one yet.
func (m *merge) seesParentEarlier(k event.Key, time uint64) bool {
	v := m.visited[k]
	if v == nil || time >= v.parentAt {
		return false
	}
	v.parentAt = time
	return true
}

// merging reports whether entries may be ahead of the stream.
func (t *Table) merging() bool { return t.now < t.merge.until }

// Snapshot adds a process that the task iterator visited. All processes of the
// snapshot come before the first record of the stream, in any order.
func (t *Table) Snapshot(s *Snapshot) {
	t.merge.until = max(t.merge.until, s.Time)
	e := t.entry(s.ID.key())

	v := new(visit)
	v.Key = e.Key
	v.Container = s.Container
	t.show(&v.process, &image{
		execID: s.ID.ExecID, uid: s.UID, gid: s.GID, name: s.Name,
		executable: s.Executable, directory: s.Directory, args: s.Args, argsCut: s.ArgsCut,
	})
	if t.merge.visited == nil {
		t.merge.visited = make(map[event.Key]*visit)
	}
	t.forgetVisit(e.Key)
	t.merge.visited[e.Key] = v
	if !e.known {
		// If it was named as a parent, then perhaps with a later image, which the stream will tell.
		e.known = true
		t.copyImage(&e.process, &v.process)
	} else {
		t.catchUp(e, v)
	}

	if e.parent == nil {
		if parent := t.parent(e, s.Parent); parent != nil {
			// The parent has a visit of its own: its image is not to be taken from this one.
			if parent.EntityID == "" {
				t.follow(parent, s.Parent.ExecID)
			}
			t.link(e, parent)
			v.parentAt = s.Time
		}
	}
	if s.Exited {
		t.gone(e)
	}
}

// catchUp brings e up to what the iterator saw of it.
func (t *Table) catchUp(e *entry, v *visit) {
	switch {
	case v.ExecID > e.ExecID:
		e.known = true
		t.copyImage(&e.process, &v.process)
	case v.ExecID == e.ExecID:
		// The records of an image are older than a visit of it, but tell more
		// than /proc did. What may have changed since has no record.
		e.UID, e.GID = v.UID, v.GID
		if e.Name != v.Name {
			e.Name = strings.Clone(v.Name) // without the rest of the text of the visit
		}
	}
}

// forgetVisit drops the visit of a process that is no longer in the table, or was visited again.
func (t *Table) forgetVisit(k event.Key) {
	if v := t.merge.visited[k]; v != nil {
		t.texts.drop(v.text)
		delete(t.merge.visited, k)
	}
}

// gone marks e as exited, though no record says so: at once, or when the
// snapshot is what tells, at the end of the merge, for e may have records before that.
// A damaged recording may never get there.
func (t *Table) gone(e *entry) {
	if t.merging() && len(t.merge.gone) < t.maxProcesses {
		t.merge.gone = append(t.merge.gone, e)
		return
	}
	t.exit(e)
}

// settle ends the merge: what the stream did not tell is taken from the snapshot.
func (t *Table) settle() {
	for key, v := range t.merge.visited {
		if e := t.procs[key]; e != nil {
			t.catchUp(e, v)
		}
		t.texts.drop(v.text)
	}
	for _, e := range t.merge.gone {
		t.exit(e)
	}
	t.merge = merge{}
}
