package event

// The functions below make the accessors of columns, for the shapes that are common.

// processOf returns the process that e is about, and nil when there is none.
func processOf(e Event) *Process {
	switch e := e.(type) {
	case *Exec:
		return e.Process
	case *ExecFailed:
		return e.Process
	case *Fork:
		return e.Process
	case *Exit:
		return e.Process
	}
	return nil
}

func parentOf(e Event) *Process {
	if p := processOf(e); p != nil {
		return p.Parent
	}
	return nil
}

// attemptOf returns what execs tell whether they succeeded or not, and nil for other events.
func attemptOf(e Event) *Attempt {
	switch e := e.(type) {
	case *Exec:
		return &e.Attempt
	case *ExecFailed:
		return &e.Attempt
	}
	return nil
}

// attemptText takes bytes of an exec that succeeded or failed.
func attemptText(get func(*Attempt) []byte) func([]byte, Event) []byte {
	return func(dst []byte, e Event) []byte {
		if a := attemptOf(e); a != nil {
			dst = append(dst, get(a)...)
		}
		return dst
	}
}

// attemptOrProcess takes bytes of an exec that succeeded or failed, and for other events what is known of the process.
func attemptOrProcess(get func(*Attempt) []byte, known func(*Process) string) func([]byte, Event) []byte {
	return func(dst []byte, e Event) []byte {
		if a := attemptOf(e); a != nil {
			return append(dst, get(a)...)
		}
		if p := processOf(e); p != nil {
			dst = append(dst, known(p)...)
		}
		return dst
	}
}

// attemptNumber takes a number of an exec that succeeded or failed.
func attemptNumber[N uint32 | uint64](get func(*Attempt) N) func(Event) (uint64, bool) {
	return func(e Event) (uint64, bool) {
		if a := attemptOf(e); a != nil {
			return uint64(get(a)), true
		}
		return 0, false
	}
}

// detailNumber takes a number of an exec that succeeded or failed which is in [PartDetails].
func detailNumber[N uint32 | uint64](get func(*Attempt) N) func(Event) (uint64, bool) {
	return func(e Event) (uint64, bool) {
		if a := attemptOf(e); a != nil && !a.Degraded.Has(PartDetails) {
			return uint64(get(a)), true
		}
		return 0, false
	}
}

// detailID likewise takes an id. [NoID] is none.
func detailID(get func(*Attempt) uint32) func(Event) (uint64, bool) {
	return func(e Event) (uint64, bool) {
		if a := attemptOf(e); a != nil && !a.Degraded.Has(PartDetails) {
			id := get(a)
			return uint64(id), id != NoID
		}
		return 0, false
	}
}

// execText takes bytes of an exec.
func execText(get func(*Exec) []byte) func([]byte, Event) []byte {
	return func(dst []byte, e Event) []byte {
		if x, ok := e.(*Exec); ok {
			dst = append(dst, get(x)...)
		}
		return dst
	}
}

// parentText takes a string of the parent.
func parentText(get func(*Process) string) func([]byte, Event) []byte {
	return func(dst []byte, e Event) []byte {
		if p := parentOf(e); p != nil {
			dst = append(dst, get(p)...)
		}
		return dst
	}
}

// execNumber takes a number of an exec.
func execNumber[N uint32 | uint64](get func(*Exec) N) func(Event) (uint64, bool) {
	return func(e Event) (uint64, bool) {
		if x, ok := e.(*Exec); ok {
			return uint64(get(x)), true
		}
		return 0, false
	}
}

// exitNumber takes a number of an exit.
func exitNumber[N uint64 | ~int64](get func(*Exit) N) func(Event) (uint64, bool) {
	return func(e Event) (uint64, bool) {
		if x, ok := e.(*Exit); ok {
			return uint64(get(x)), true
		}
		return 0, false
	}
}
