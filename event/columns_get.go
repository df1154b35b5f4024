package event

// The functions below make the accessors of columns, for the shapes that are common.

// processOf returns the process that e is about, and nil when there is none.
func processOf(e Event) *Process {
	switch e := e.(type) {
	case *Exec:
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

// execText takes bytes of an exec.
func execText(get func(*Exec) []byte) func([]byte, Event) []byte {
	return func(dst []byte, e Event) []byte {
		if x, ok := e.(*Exec); ok {
			dst = append(dst, get(x)...)
		}
		return dst
	}
}

// execOrProcess takes bytes of an exec, and for other events what is known of the process.
func execOrProcess(get func(*Exec) []byte, known func(*Process) string) func([]byte, Event) []byte {
	return func(dst []byte, e Event) []byte {
		if x, ok := e.(*Exec); ok {
			return append(dst, get(x)...)
		}
		if p := processOf(e); p != nil {
			dst = append(dst, known(p)...)
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

// execID takes an id of an exec. [NoID] is none.
func execID(get func(*Exec) uint32) func(Event) (uint64, bool) {
	return func(e Event) (uint64, bool) {
		if x, ok := e.(*Exec); ok {
			id := get(x)
			return uint64(id), id != NoID
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
