package event

import "bytes"

// Clone returns a deep copy.
func (e *Exec) Clone() Event {
	c := *e
	c.Process, c.Previous = e.Process.clone(), e.Previous.clone()
	for _, b := range []*[]byte{
		&c.Comm, &c.TTY, &c.CgroupName, &c.CgroupParent, &c.PreviousComm, &c.Filename,
		&c.Interpreter, &c.Executable, &c.Directory, &c.Args.Raw, &c.Env.Raw,
	} {
		*b = bytes.Clone(*b)
	}
	return &c
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
