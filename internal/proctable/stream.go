package proctable

import "github.com/exectrail/exectrail/event"

// Fork records a process that was created and returns it. It shows the image
// of its parent, under its own name.
func (t *Table) Fork(f *Fork) *event.Process {
	t.advance(f.Time)
	e := t.entry(f.ID.key())
	parent := t.parent(e, f.Parent)
	if parent != nil {
		t.follow(parent, f.Parent.ExecID)
		t.link(e, parent)
		t.merge.seesParentEarlier(e.Key, 0)
	}

	// Where the image of the parent is not known, the snapshot may have told that of the child.
	var inherited process
	switch {
	case f.KernelThread:
	case parent != nil && parent.ExecID == f.ID.ExecID && parent.Executable != "":
		inherited = parent.process
	case e.ExecID == f.ID.ExecID:
		inherited = e.process
	}
	t.texts.keep(inherited.text)

	p := t.subject(e, f.ID.ExecID)
	im := image{execID: f.ID.ExecID, uid: f.UID, gid: f.GID}
	shared := string(f.Name) == inherited.Name
	if !shared {
		im.name = f.Name
	}
	t.show(p, &im)
	if shared {
		p.Name = inherited.Name
	}
	if parent != nil {
		p.Container = parent.Container // whatever image it runs
	}
	p.Executable, p.Directory = inherited.Executable, inherited.Directory
	p.Args, p.ArgsCut = inherited.Args, inherited.ArgsCut
	t.texts.drop(p.text)
	p.text = inherited.text
	return &p.Process
}

// Exec records a process that runs a new image. It returns the process and a
// copy of it from before the exec: nil when that image is not known.
func (t *Table) Exec(x *Exec) (process, previous *event.Process) {
	t.advance(x.Time)
	e := t.entry(x.ID.key())
	t.showParent(e, x.Parent, x.Time)

	im := image{
		execID: x.ID.ExecID, uid: x.UID, gid: x.GID, name: x.Name,
		executable: x.Executable, directory: x.Directory, args: x.Args, argsCut: x.ArgsCut,
	}
	if e.known && e.ExecID+1 == x.ID.ExecID {
		t.previous = e.Process
		previous = &t.previous
		if string(x.PreviousName) != previous.Name {
			im.previousName = x.PreviousName
		}
	}
	p := t.subject(e, x.ID.ExecID)
	p.Container = x.Container
	if name := t.show(p, &im); name != "" {
		previous.Name = name
	}
	return &p.Process, previous
}

// showParent takes in the parent that a record of e shows, unless another one is known to have created e.
func (t *Table) showParent(e *entry, shown ID, time uint64) {
	if e.parent != nil && e.parent.Key != shown.key() && !t.merge.seesParentEarlier(e.Key, time) {
		return
	}
	if parent := t.parent(e, shown); parent != nil {
		t.follow(parent, shown.ExecID)
		t.link(e, parent)
	}
}

// Failed records a process that goes on with the image it has, and returns it.
func (t *Table) Failed(f *Failed) *event.Process {
	t.advance(f.Time)
	e := t.entry(f.ID.key())
	t.showParent(e, f.Parent, f.Time)
	t.follow(e, f.ID.ExecID)
	if e.Name == "" {
		t.show(&e.process, &image{execID: e.ExecID, name: f.Name, uid: f.UID, gid: f.GID})
	}
	return &e.Process
}

// Exit records the end of a process and returns it.
func (t *Table) Exit(time uint64, id ID) *event.Process {
	t.advance(time)
	e := t.entry(id.key())
	t.follow(e, id.ExecID)
	t.exit(e)
	return &e.Process
}

// subject returns where the image that a record tells of e is to be shown: in the
// entry, or in a copy when the record is late and the entry has a newer image to keep.
func (t *Table) subject(e *entry, execID uint64) *process {
	if execID < e.ExecID && !t.merging() {
		t.texts.drop(t.late.text)
		t.late = e.process
		t.texts.keep(t.late.text)
		return &t.late
	}
	e.known = true
	return &e.process
}
