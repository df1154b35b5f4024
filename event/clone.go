package event

import "bytes"

// Clone returns a deep copy.
func (e *Exec) Clone() Event {
	c := *e
	c.Process, c.Previous = e.Process.clone(), e.Previous.clone()
	c.Attempt.own()
	for _, b := range []*[]byte{&c.PreviousComm, &c.Interpreter, &c.Executable, &c.Env.Raw} {
		*b = bytes.Clone(*b)
	}
	return &c
}

// Clone returns a deep copy.
func (e *ExecFailed) Clone() Event {
	c := *e
	c.Process = e.Process.clone()
	c.Attempt.own()
	c.Detail = bytes.Clone(c.Detail)
	return &c
}

// own gives a memory of its own.
func (a *Attempt) own() {
	for _, b := range []*[]byte{
		&a.Comm, &a.TTY, &a.CgroupName, &a.CgroupParent, &a.CgroupAbove, &a.Filename, &a.Directory, &a.Args.Raw,
	} {
		*b = bytes.Clone(*b)
	}
}

// Clone returns a deep copy.
func (e *Fork) Clone() Event {
	c := *e
	c.Process = e.Process.clone()
	return &c
}

// Clone returns a deep copy.
func (e *Exit) Clone() Event {
	c := *e
	c.Process = e.Process.clone()
	return &c
}

// Clone returns a copy.
func (e *Lost) Clone() Event { c := *e; return &c }

// Clone returns a copy.
func (e *Clock) Clone() Event { c := *e; return &c }

// clone copies p and its ancestors, since the table that owns them goes on to change them.
func (p *Process) clone() *Process {
	if p == nil {
		return nil
	}
	first := *p
	last := &first
	for a := range p.Ancestors {
		c := *a
		last.Parent = &c
		last = &c
	}
	last.Parent = nil
	return &first
}
