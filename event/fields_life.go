package event

// lifeFields tell of forks and exits, of loss and of the clock, in the form that JSON has.
func lifeFields() []*Field {
	exit := func(name string, t ColumnType, meaning, example string, get func(*Exit) int64) *Field {
		return &Field{
			Name: name, Type: t, Actions: ofExit(), Meaning: meaning, Example: example,
			number: func(e Event) (int64, bool) {
				if x, ok := e.(*Exit); ok {
					return get(x), true
				}
				return 0, false
			},
		}
	}
	const signalBase = 128 // what shells add to the number of a signal
	return []*Field{
		{
			Name: "exectrail.kernel_thread", Type: TypeBool, Actions: []Action{ActionFork}, Example: "true", Meaning: "Whether it is a thread of the kernel.",
			number: func(e Event) (int64, bool) {
				x, ok := e.(*Fork)
				return truth(ok && x.KernelThread), ok
			},
		},
		exit("process.exit_code", TypeNumber, "Exit status, or 128 and the signal.", "137", func(x *Exit) int64 {
			if x.Signal != 0 {
				return signalBase + int64(x.Signal)
			}
			return int64(x.Status)
		}),
		exit("process.end", TypeTime, "When the process ended.", `"2026-01-31T15:04:05Z"`, func(x *Exit) int64 { return x.Time.UnixNano() }),
		exit("exectrail.exit.status", TypeNumber, "Exit status; 0 when a signal ended the process.", "3", func(x *Exit) int64 { return int64(x.Status) }),
		exit("exectrail.exit.signal", TypeNumber, "Number of the signal that ended the process, or 0.", "9", func(x *Exit) int64 { return int64(x.Signal) }),
		exit("exectrail.exit.core_dumped", TypeBool, "Whether a core was dumped.", "true", func(x *Exit) int64 { return truth(x.CoreDumped) }),
	}
}
