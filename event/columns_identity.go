package event

// identityColumns tell who a process is and where it comes from.
func identityColumns() []*Column {
	return []*Column{{
		Name: "tid", Type: TypeNumber, Width: 7, Actions: ofAttempt(), Example: "4243",
		Meaning: "Thread that called exec; differs from pid when that was not the first thread of the process.",
		number:  detailNumber(func(a *Attempt) uint32 { return a.CallerTID }),
	}, {
		Name: "nspid", Type: TypeNumber, Width: 7, Actions: []Action{ActionExec, ActionExecFailed, ActionFork}, Example: "7",
		Meaning: "Process id in the innermost pid namespace of the process.",
		number: func(e Event) (uint64, bool) {
			if a := attemptOf(e); a != nil {
				return uint64(a.NamespacePID), !a.Degraded.Has(PartDetails)
			}
			if x, ok := e.(*Fork); ok {
				return uint64(x.NamespacePID), true
			}
			return 0, false
		},
	}, {
		Name: "comm", Type: TypeText, Width: 15, Actions: ofProcess(), Example: "grep",
		Meaning: "Name of the process after the event, of at most 15 bytes.",
		text:    attemptOrProcess(func(a *Attempt) []byte { return a.Comm }, func(p *Process) string { return p.Name }),
	}, {
		Name: "args", Type: TypeList, Width: 40, Actions: ofProcess(), Example: "grep -r 'to do' src",
		Meaning: "The arguments as a list: those of a failed exec as the caller passed them, those of a fork or an exit of the last exec and cut to 4 KiB.",
		form:    FormCommand,
		text: func(dst []byte, e Event) []byte {
			if a := attemptOf(e); a != nil {
				return a.Args.append(dst)
			}
			if p := processOf(e); p != nil {
				dst = append(dst, p.Args...)
			}
			return dst
		},
		cut: func(e Event) Cut {
			if p := processOf(e); p != nil && attemptOf(e) == nil {
				return Cut{End: p.ArgsCut}
			}
			return argsCut(e)
		},
	}, {
		Name: "entity", Type: TypeText, Width: 16, Actions: ofProcess(), Example: "5f0d8a6b1c2e4f37",
		Meaning: "Stable id of this image of this process, in every session of one boot.",
		text: func(dst []byte, e Event) []byte {
			if p := processOf(e); p != nil {
				dst = append(dst, p.EntityID...)
			}
			return dst
		},
	}, {
		Name: "parent", Type: TypeText, Width: 15, Actions: ofProcess(), Example: "bash",
		Meaning: "Name of the process that created this one.",
		text:    parentText(func(p *Process) string { return p.Name }),
	}, {
		Name: "pexe", Type: TypeText, Width: 24, Actions: ofProcess(), Example: "/usr/bin/bash",
		Meaning: "Path of the program that the parent runs.",
		text:    parentText(func(p *Process) string { return p.Executable }),
	}, {
		Name: "pargs", Type: TypeList, Width: 30, Actions: ofProcess(), Example: "bash -l",
		Meaning: "The arguments of the parent as a list, cut to 4 KiB.",
		form:    FormCommand,
		text:    parentText(func(p *Process) string { return p.Args }),
		cut: func(e Event) Cut {
			p := parentOf(e)
			return Cut{End: p != nil && p.ArgsCut}
		},
	}, {
		Name: "ancestors", Type: TypeList, Width: 30, Actions: ofProcess(), Example: "bash sshd sshd systemd",
		Meaning: "Names of the parent, its parent, and so on up to the first process.",
		form:    FormWords, text: appendAncestors,
	}, {
		Name: "sid", Type: TypeNumber, Width: 7, Actions: ofAttempt(), Example: "4200",
		Meaning: "Session id.",
		number:  detailNumber(func(a *Attempt) uint32 { return a.SessionID }),
	}, {
		Name: "pgid", Type: TypeNumber, Width: 7, Actions: ofAttempt(), Example: "4242",
		Meaning: "Process group id.",
		number:  detailNumber(func(a *Attempt) uint32 { return a.GroupID }),
	}, {
		Name: "euid", Type: TypeNumber, Width: 5, Actions: ofAttempt(), Example: "0",
		Meaning: "Effective user id.",
		number:  detailID(func(a *Attempt) uint32 { return a.EUID }),
	}, {
		Name: "suid", Type: TypeNumber, Width: 5, Actions: ofAttempt(), Example: "0",
		Meaning: "Saved user id.",
		number:  detailID(func(a *Attempt) uint32 { return a.SUID }),
	}, {
		Name: "egid", Type: TypeNumber, Width: 5, Actions: ofAttempt(), Example: "1000",
		Meaning: "Effective group id.",
		number:  detailID(func(a *Attempt) uint32 { return a.EGID }),
	}, {
		Name: "sgid", Type: TypeNumber, Width: 5, Actions: ofAttempt(), Example: "1000",
		Meaning: "Saved group id.",
		number:  detailID(func(a *Attempt) uint32 { return a.SGID }),
	}, {
		Name: "loginuid", Type: TypeNumber, Width: 8, Actions: ofAttempt(), Example: "1000",
		Meaning: "User who logged in, whatever su and sudo did since; empty for a service.",
		number:  detailID(func(a *Attempt) uint32 { return a.LoginUID }),
	}, {
		Name: "session", Type: TypeNumber, Width: 7, Actions: ofAttempt(), Example: "3",
		Meaning: "Audit session of the login; empty for a service.",
		number:  detailID(func(a *Attempt) uint32 { return a.AuditSession }),
	}}
}

func appendAncestors(dst []byte, e Event) []byte {
	p := processOf(e)
	if p == nil {
		return dst
	}
	for a := range p.Ancestors {
		dst = append(append(dst, a.Name...), 0)
	}
	return dst
}
