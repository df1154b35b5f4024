package ledger

import "slices"

// enterExec enters an exec, by its marker or, where it came without arguments, by the process and the time.
func (l *Ledger) enterExec(e *Event) {
	a := l.find(e)
	switch marker := e.marker(); {
	case marker != "" && l.byMarker[marker] != nil && a != l.byMarker[marker]:
		l.fault("%s is recorded of process %d at %d, but was process %s", marker, e.Process.PID, e.Exectrail.Boot, l.byMarker[marker])
		return
	case a == nil:
		return // it is none of the spawners'
	case marker != a.Marker && !l.mayMiss(e, "args"):
		l.fault("%s is recorded with the arguments %.100q", a, e.Process.Args)
	}
	if e.Event.Action == actionFailed {
		a.failed++
	} else {
		a.execs++
		l.checkFile(a, e)
	}
	l.checkArgs(a, e)
	l.checkProcess(a, e)
}

// mayMiss reports whether an event says that one of the parts was left out. Where loss is excused, it need not be for the
// whole event that there was no room.
func (l *Ledger) mayMiss(e *Event, parts ...string) bool {
	if len(l.options.Excused) > 0 && e.Exectrail.Args.Missing > 0 {
		return true
	}
	return slices.ContainsFunc(parts, func(part string) bool { return slices.Contains(e.Exectrail.Degraded, part) })
}

func (l *Ledger) checkFile(a *account, e *Event) {
	file := e.Exectrail.File
	if l.options.Device != "" && file.Device != l.options.Device || l.options.Inode != 0 && file.Inode != l.options.Inode {
		l.fault("%s executed the file %d on %s, not %d on %s", a, file.Inode, file.Device, l.options.Inode, l.options.Device)
	}
}

// checkArgs finds that the size is told right, and that arguments are complete unless the event says otherwise.
func (l *Ledger) checkArgs(a *account, e *Event) {
	got, said := e.Process, e.Exectrail.Args
	if got.ArgsCount != a.ArgCount || said.Bytes != a.ArgBytes {
		l.fault("%s got %d arguments of %d bytes, recorded are %d of %d", a, a.ArgCount, a.ArgBytes, got.ArgsCount, said.Bytes)
	}
	if l.mayMiss(e, "args", "args-middle") {
		return
	}
	var bytes uint64
	for _, arg := range got.Args {
		bytes += uint64(len(arg)) + 1
	}
	if said.Missing != 0 || len(got.Args) != a.ArgCount || bytes != a.ArgBytes {
		l.fault("%s came with %d arguments of %d bytes, %d missing, of %d and %d, and says nothing of it",
			a, len(got.Args), bytes, said.Missing, a.ArgCount, a.ArgBytes)
	}
}

// checkProcess finds what even the shortest record tells.
func (l *Ledger) checkProcess(a *account, e *Event) {
	if a.Parent != 0 && e.Process.Parent.PID != a.Parent {
		l.fault("the parent of %s is recorded as %d, not %d", a, e.Process.Parent.PID, a.Parent)
	}
	if a.UID != "" && e.Process.RealUser.ID != a.UID {
		l.fault("the user of %s is recorded as %q, not %s", a, e.Process.RealUser.ID, a.UID)
	}
	if start := e.startBoot(); start < a.From || start > e.Exectrail.Boot {
		l.fault("the start of %s is recorded as %d", a, start)
	}
}
