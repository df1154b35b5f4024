package event

// ProcessField is one property of the processes in a field of [TypeProcesses]. Its name is written with a point before it, as
// in ancestors any {.name == "sshd"}.
type ProcessField struct {
	Name    string
	Aliases []string
	Type    ColumnType
	Meaning string // one sentence
	Example string

	text   func(p *Process) string
	number func(p *Process) (n int64, ok bool)
	spaced bool
}

// Append appends the value of a text or a list, as [Field.Append] does.
func (f *ProcessField) Append(dst []byte, p *Process) (value []byte, ok bool) {
	switch {
	case f.text == nil:
		return dst, false
	case f.spaced:
		dst = append(dst, f.text(p)...)
		start := len(dst) - len(f.text(p))
		return appendSpaced(dst[:start], dst[start:]), true
	}
	return append(dst, f.text(p)...), true
}

// Number returns the value as [Field.Number] does.
func (f *ProcessField) Number(p *Process) (n int64, ok bool) {
	if f.number == nil {
		return 0, false
	}
	return f.number(p)
}

// ProcessFields returns what is known of each ancestor of a process.
func ProcessFields() []*ProcessField {
	return []*ProcessField{
		{
			Name: "pid", Type: TypeNumber, Meaning: "Process id in the initial pid namespace.", Example: "4241",
			number: func(p *Process) (int64, bool) { return int64(p.Key.PID), true },
		},
		{Name: "name", Aliases: []string{"comm"}, Type: TypeText, Meaning: "Name of the process (comm).", Example: `"sshd"`, text: func(p *Process) string { return p.Name }},
		{
			Name: "exe", Aliases: []string{"executable"}, Type: TypeText, Meaning: "Path of the program.", Example: `"/usr/sbin/sshd"`,
			text: func(p *Process) string { return p.Executable },
		},
		{Name: "args", Type: TypeList, Meaning: "The arguments as a list, cut to 4 KiB.", Example: `"-D"`, text: func(p *Process) string { return p.Args }},
		{
			Name: "command", Aliases: []string{"command_line"}, Type: TypeText, Meaning: "The same with spaces between.", Example: `"sshd -D"`,
			text: func(p *Process) string { return p.Args }, spaced: true,
		},
		{
			Name: "cwd", Aliases: []string{"working_directory"}, Type: TypeText, Meaning: "Working directory at the last exec.", Example: `"/"`,
			text: func(p *Process) string { return p.Directory },
		},
		{Name: "uid", Type: TypeNumber, Meaning: "Real user id.", Example: "0", number: knownID(func(p *Process) uint32 { return p.UID })},
		{Name: "gid", Type: TypeNumber, Meaning: "Real group id.", Example: "0", number: knownID(func(p *Process) uint32 { return p.GID })},
		{
			Name: "start", Type: TypeTime, Meaning: "When the process was created.", Example: `"2026-01-31T15:04:05Z"`,
			number: startOf,
		},
		{Name: "entity", Aliases: []string{"entity_id"}, Type: TypeText, Meaning: "Stable id of this image of the process.", Example: `"5f0d8a6b1c2e4f37"`, text: func(p *Process) string { return p.EntityID }},
	}
}

func knownID(get func(*Process) uint32) func(*Process) (int64, bool) {
	return func(p *Process) (int64, bool) {
		id := get(p)
		return int64(id), id != NoID
	}
}

func startOf(p *Process) (int64, bool) { return p.Started.UnixNano(), !p.Started.IsZero() }

// parentFields tell of the process that created the one of the event, by names for which there is no column.
func parentFields() []*Field {
	number := func(name string, t ColumnType, meaning, example string, get func(*Process) (int64, bool)) *Field {
		return &Field{
			Name: name, Type: t, Actions: ofProcess(), Meaning: meaning, Example: example,
			number: func(e Event) (int64, bool) {
				if p := parentOf(e); p != nil {
					return get(p)
				}
				return 0, false
			},
		}
	}
	text := func(name, meaning, example string, get func(*Process) string) *Field {
		return &Field{Name: name, Type: TypeText, Actions: ofProcess(), Meaning: meaning, Example: example, text: parentText(get)}
	}
	line := text("process.parent.command_line", "The arguments of the parent with spaces between.", `"bash -l"`, nil)
	line.text = func(dst []byte, e Event) []byte {
		start := len(dst)
		if p := parentOf(e); p != nil {
			dst = append(dst, p.Args...)
		}
		return appendSpaced(dst[:start], dst[start:])
	}
	return []*Field{
		{
			Name: "process.parent.pid", Type: TypeNumber, Actions: ofProcess(), Example: "4241",
			Meaning: "Process id of the process that created this one; where that is not known, of the parent at this moment.",
			number: func(e Event) (int64, bool) {
				if p := parentOf(e); p != nil {
					return int64(p.Key.PID), true
				}
				n, ok := parentPID(e)
				return int64(n), ok && n != 0
			},
		},
		text("process.parent.entity_id", "Stable id of the parent.", `"5f0d8a6b1c2e4f36"`, func(p *Process) string { return p.EntityID }),
		text("process.parent.working_directory", "Working directory of the parent at its last exec.", `"/root"`, func(p *Process) string { return p.Directory }),
		line,
		number("process.parent.real_user.id", TypeNumber, "Real user id of the parent.", "0", knownID(func(p *Process) uint32 { return p.UID })),
		number("process.parent.real_group.id", TypeNumber, "Real group id of the parent.", "0", knownID(func(p *Process) uint32 { return p.GID })),
		number("process.parent.start", TypeTime, "When the parent was created.", `"2026-01-31T15:04:05Z"`, startOf),
		number("exectrail.parent.args_cut", TypeBool, "Whether the arguments of the parent are not complete.", "true",
			func(p *Process) (int64, bool) { return truth(p.ArgsCut), true }),
	}
}
