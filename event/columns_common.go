package event

func everyAction() []Action {
	return []Action{ActionExec, ActionExecFailed, ActionFork, ActionExit, ActionLost, ActionClock}
}

// ofProcess are the kinds of event that are about a process.
func ofProcess() []Action {
	return []Action{ActionExec, ActionExecFailed, ActionFork, ActionExit}
}

// ofAttempt are the kinds of event that have an [Attempt].
func ofAttempt() []Action { return []Action{ActionExec, ActionExecFailed} }

func ofExec() []Action       { return []Action{ActionExec} }
func ofExecFailed() []Action { return []Action{ActionExecFailed} }
func ofExit() []Action       { return []Action{ActionExit} }

// commonColumns are shown unless others are asked for.
func commonColumns() []*Column {
	return []*Column{{
		Name: "time", Type: TypeTime, Width: 12, Actions: everyAction(), Example: "15:04:05.000",
		Meaning: "Wall-clock time of the event.",
	}, {
		Name: "pcomm", Type: TypeText, Width: 15, Actions: ofProcess(), Example: "bash",
		Meaning: "Name of the thread that called exec or fork; for an exit, of the process that ended.",
		text:    appendCallerName,
	}, {
		Name: "pid", Type: TypeNumber, Width: 7, Actions: ofProcess(), Example: "4242",
		Meaning: "Process id in the initial pid namespace; for a fork, that of the new process.",
		number: func(e Event) (uint64, bool) {
			if a := attemptOf(e); a != nil {
				return uint64(a.PID), true
			}
			if p := processOf(e); p != nil {
				return uint64(p.Key.PID), true
			}
			return 0, false
		},
	}, {
		Name: "ppid", Type: TypeNumber, Width: 7, Actions: ofProcess(), Example: "4241",
		Meaning: "Process id of the parent at this moment.",
		number:  parentPID,
	}, {
		Name: "uid", Type: TypeNumber, Width: 5, Actions: ofProcess(), Example: "1000",
		Meaning: "Real user id.",
		number: realID(
			func(a *Attempt) uint32 { return a.UID }, func(p *Process) uint32 { return p.UID }),
	}, {
		Name: "gid", Type: TypeNumber, Width: 5, Actions: ofProcess(), Example: "1000",
		Meaning: "Real group id.",
		number: realID(
			func(a *Attempt) uint32 { return a.GID }, func(p *Process) uint32 { return p.GID }),
	}, {
		Name: "command", Type: TypeText, Width: 60, Actions: everyAction(), Example: "grep -r 'to do' src",
		Meaning: "The arguments as one would type them, to which a table adds why an exec failed, with … where bytes are missing in the middle; for other events a sentence that tells what happened.",
		form:    FormCommand, text: appendCommand, cut: argsCut,
	}}
}

func appendCallerName(dst []byte, e Event) []byte {
	switch e := e.(type) {
	case *Exec:
		dst = append(dst, e.PreviousComm...)
	case *ExecFailed:
		dst = append(dst, e.Comm...)
	case *Fork:
		if p := parentOf(e); p != nil {
			dst = append(dst, p.Name...)
		}
	case *Exit:
		if e.Process != nil {
			dst = append(dst, e.Process.Name...)
		}
	}
	return dst
}

func parentPID(e Event) (uint64, bool) {
	if a := attemptOf(e); a != nil {
		return uint64(a.ParentPID), true
	}
	if x, ok := e.(*Exit); ok {
		return uint64(x.ParentPID), true
	}
	if p := parentOf(e); p != nil {
		return uint64(p.Key.PID), true
	}
	return 0, false
}

func realID(ofAttempt func(*Attempt) uint32, ofProcess func(*Process) uint32) func(Event) (uint64, bool) {
	return func(e Event) (uint64, bool) {
		id := NoID
		if a := attemptOf(e); a != nil {
			id = ofAttempt(a)
		} else if p := processOf(e); p != nil {
			id = ofProcess(p)
		}
		return uint64(id), id != NoID
	}
}

func argsCut(e Event) Cut {
	a := attemptOf(e)
	if a == nil {
		return Cut{}
	}
	cut := a.Args.cut()
	if x, ok := e.(*ExecFailed); ok && (x.ArgsUnmeasured || x.ArgsUnreadable) {
		cut.End, cut.Missing = true, 0 // nobody knows how much more there was
	}
	return cut
}
