package sinktest

import "github.com/exectrail/exectrail/event"

// skeleton returns an exec of which next to nothing was recorded.
func (s *session) skeleton() *event.Exec {
	e := s.exec(4320, "/usr/bin/gcc", "-c", "src/main.c")
	makeSkeleton(&e.Attempt)
	e.Degraded |= event.PartEnv
	e.PreviousComm, e.Executable = nil, nil
	e.Process.Executable, e.Process.Directory, e.Process.Args, e.Process.ArgsCut = "", "", "", true
	return e
}

// makeSkeleton leaves of a what a skeleton has. What is not known is 0, and must not be shown so.
func makeSkeleton(a *event.Attempt) {
	*a = event.Attempt{
		Task:        event.Task{PID: a.PID, ParentPID: a.ParentPID, Comm: a.Comm},
		Credentials: event.Credentials{UID: a.UID, GID: a.GID},
		Names:       event.Names{User: a.User, Group: a.Group, EffectiveUser: "root", SavedUser: "root", LoginUser: "root"},
		Args:        event.Strings{Size: a.Args.Size}, ArgCount: a.ArgCount,
		Degraded: event.PartArgs | event.PartPaths | event.PartDetails,
	}
}

// headAndTail returns an exec with a hole in its arguments and variables: two strings are
// cut in the former, and none in the latter.
func (s *session) headAndTail() *event.Exec {
	e := s.exec(4321, "tar")
	const head, tail = "tar\x00-cf\x00-\x00fir", "s last.c\x00end\x00"
	e.Args = event.Strings{Raw: []byte(head + tail), Size: 70_000, Tail: len(tail)}
	e.ArgCount = 9000
	e.Env = event.Strings{Raw: []byte("A=b\x00Z=\xff\x00"), Size: 30, Tail: len("Z=\xff\x00")}
	e.Degraded = event.PartArgsMiddle
	e.Redacted = 3
	return e
}

// filledIn returns an exec of which some of what was left out was read from /proc.
func (s *session) filledIn() *event.Exec {
	e := s.exec(4322, "/usr/bin/sleep", "60")
	e.Filename, e.CgroupName, e.CgroupParent = nil, nil, nil
	e.Degraded = event.PartArgs | event.PartPaths
	e.FilledIn = e.Degraded
	return e
}

// failedSkeleton returns a failed exec of which next to nothing was recorded, but where the caller was is known.
func (s *session) failedSkeleton() *event.ExecFailed {
	e := s.execFailed(4323, 2, "ENOENT", event.CauseUnknown, "/usr/bin/gccc", "-c", "src/main.c")
	makeSkeleton(&e.Attempt)
	e.Directory, e.FilledIn = []byte("/home/ann/src"), event.PartPaths
	e.DirFD = 0
	return e
}

// failedHeadAndTail returns a failed exec with a hole in its arguments, and of which nobody knows how many there were.
func (s *session) failedHeadAndTail() *event.ExecFailed {
	e := s.execFailed(4324, 7, "E2BIG", event.CauseArgumentsTooLong, "grep", "-l", "exec", "a.c", "b.c")
	e.Args.Size, e.Args.Tail = 2_412_332, len("b.c\x00")
	e.ArgCount, e.ArgsUnmeasured = 9216, true
	e.Degraded = event.PartArgsMiddle
	e.Redacted = 1
	return e
}

// Details returns a copy of e in which the fields hold something that are in [event.PartDetails], and
// nil if e has them anyway. No output of the two may differ.
func Details(e event.Event) event.Event {
	c := e.Clone()
	var a *event.Attempt
	switch c := c.(type) {
	case *event.Exec:
		a = &c.Attempt
	case *event.ExecFailed:
		a = &c.Attempt
		c.At, c.DirFD, c.Flags = true, 7, 0x1000
	}
	if a == nil || !a.Degraded.Has(event.PartDetails) {
		return nil
	}
	a.NamespacePID, a.SessionID, a.GroupID, a.CallerTID = 7, 7, 7, 7
	known := a.Credentials
	a.Credentials = event.Credentials{
		UID: known.UID, EUID: 7, SUID: 7, GID: known.GID, EGID: 7, SGID: 7, LoginUID: 7, AuditSession: 7,
		CapEffective: 7, CapPermitted: 7,
	}
	a.Namespaces = event.Namespaces{PIDNS: 7, MountNS: 7, UserNS: 7, NetNS: 7, CgroupNS: 7}
	a.CgroupID = 7
	return c
}
