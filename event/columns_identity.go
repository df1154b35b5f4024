package event

// identityColumns tell who a process is and where it comes from.
func identityColumns() []*Column {
	return []*Column{{
		Name: "tid", Type: TypeNumber, Width: 7, Actions: ofExec(), Example: "4243",
		Meaning: "Thread that called exec; differs from pid when that was not the first thread of the process.",
		number:  execNumber(func(x *Exec) uint32 { return x.CallerTID }),
	}, {
		Name: "nspid", Type: TypeNumber, Width: 7, Actions: []Action{ActionExec, ActionFork}, Example: "7",
		Meaning: "Process id in the innermost pid namespace of the process.",
		number: func(e Event) (uint64, bool) {
			switch e := e.(type) {
			case *Exec:
				return uint64(e.NamespacePID), true
			case *Fork:
				return uint64(e.NamespacePID), true
			}
			return 0, false
		},
	}, {
		Name: "comm", Type: TypeText, Width: 15, Actions: ofProcess(), Example: "grep",
		Meaning: "Name of the process after the event, of at most 15 bytes.",
		text:    execOrProcess(func(x *Exec) []byte { return x.Comm }, func(p *Process) string { return p.Name }),
	}, {
		Name: "args", Type: TypeList, Width: 40, Actions: ofProcess(), Example: "grep -r 'to do' src",
		Meaning: "The arguments as a list; for a fork or an exit those of the last exec, cut to 4 KiB.",
		form:    FormCommand,
		text:    execOrProcess(func(x *Exec) []byte { return x.Args.Raw }, func(p *Process) string { return p.Args }),
		cut: func(e Event) Cut {
			if p := processOf(e); e.Action() != ActionExec && p != nil {
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
		Name: "sid", Type: TypeNumber, Width: 7, Actions: ofExec(), Example: "4200",
		Meaning: "Session id.",
		number:  execNumber(func(x *Exec) uint32 { return x.SessionID }),
	}, {
		Name: "pgid", Type: TypeNumber, Width: 7, Actions: ofExec(), Example: "4242",
		Meaning: "Process group id.",
		number:  execNumber(func(x *Exec) uint32 { return x.GroupID }),
	}, {
		Name: "euid", Type: TypeNumber, Width: 5, Actions: ofExec(), Example: "0",
		Meaning: "Effective user id.",
		number:  execID(func(x *Exec) uint32 { return x.EUID }),
	}, {
		Name: "suid", Type: TypeNumber, Width: 5, Actions: ofExec(), Example: "0",
		Meaning: "Saved user id.",
		number:  execID(func(x *Exec) uint32 { return x.SUID }),
	}, {
		Name: "egid", Type: TypeNumber, Width: 5, Actions: ofExec(), Example: "1000",
		Meaning: "Effective group id.",
		number:  execID(func(x *Exec) uint32 { return x.EGID }),
	}, {
		Name: "sgid", Type: TypeNumber, Width: 5, Actions: ofExec(), Example: "1000",
		Meaning: "Saved group id.",
		number:  execID(func(x *Exec) uint32 { return x.SGID }),
	}, {
		Name: "loginuid", Type: TypeNumber, Width: 8, Actions: ofExec(), Example: "1000",
		Meaning: "User who logged in, whatever su and sudo did since; empty for a service.",
		number:  execID(func(x *Exec) uint32 { return x.LoginUID }),
	}, {
		Name: "session", Type: TypeNumber, Width: 7, Actions: ofExec(), Example: "3",
		Meaning: "Audit session of the login; empty for a service.",
		number:  execID(func(x *Exec) uint32 { return x.AuditSession }),
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
