package event

// recordColumns tell of the record itself.
func recordColumns() []*Column {
	return []*Column{{
		Name: "action", Type: TypeText, Width: 11, Actions: everyAction(), Example: "exec",
		Meaning: "Kind of the event: exec, exec-failed, fork, exit, lost or clock.",
		text:    func(dst []byte, e Event) []byte { return append(dst, e.Action()...) },
	}, {
		Name: "seq", Type: TypeNumber, Width: 8, Actions: everyAction(), Example: "1234",
		Meaning: "Number of the event in the session; a gap is told by a lost event.",
		number:  func(e Event) (uint64, bool) { return e.Header().Sequence, true },
	}, {
		Name: "cpu", Type: TypeNumber, Width: 4, Actions: everyAction(), Example: "3",
		Meaning: "Processor on which the kernel took the record.",
		number:  func(e Event) (uint64, bool) { return uint64(e.Header().CPU), true },
	}, {
		Name: "degraded", Type: TypeText, Width: 16, Actions: ofAttempt(), Example: "args(filled-in),paths",
		Meaning: "What was left out of the record, as events came faster than they were read: " +
			"args-middle, args, env, paths or details; (filled-in) is what was read from /proc later.",
		text: appendDegraded,
	}, {
		Name: "redacted", Type: TypeNumber, Width: 8, Actions: ofAttempt(), Example: "1",
		Meaning: "How many secrets were replaced in the arguments, in the environment, and in the file name of a failed exec.",
		number: func(e Event) (uint64, bool) {
			a := attemptOf(e)
			if a == nil || a.Redacted == 0 {
				return 0, false
			}
			return uint64(a.Redacted), true
		},
	}, {
		Name: "lost", Type: TypeNumber, Width: 6, Actions: []Action{ActionLost}, Example: "12",
		Meaning: "How many events are missing here.",
		number: func(e Event) (uint64, bool) {
			if x, ok := e.(*Lost); ok {
				return x.Count, true
			}
			return 0, false
		},
	}, {
		Name: "cause", Type: TypeText, Width: 11, Actions: []Action{ActionLost}, Example: "buffer-full",
		Meaning: "Why events are missing: buffer-full, recursion, slow-output or restart.",
		text: func(dst []byte, e Event) []byte {
			if x, ok := e.(*Lost); ok {
				dst = append(dst, x.Cause...)
			}
			return dst
		},
	}}
}
