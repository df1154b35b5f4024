package event

// execFields tell of execs, in the form that JSON has.
func execFields() []*Field {
	flag := func(name, meaning string, get func(*Exec) bool) *Field {
		return &Field{
			Name: name, Type: TypeBool, Actions: ofExec(), Meaning: meaning, Example: "true",
			number: fromExec(func(x *Exec) (int64, bool) { return truth(get(x)), true }),
		}
	}
	number := func(name, meaning, example string, get func(*Exec) (int64, bool)) *Field {
		return &Field{Name: name, Type: TypeNumber, Actions: ofExec(), Meaning: meaning, Example: example, number: fromExec(get)}
	}
	return []*Field{
		flag("exectrail.file.deleted", "Whether the file was unlinked before it was run.", func(x *Exec) bool { return x.File.Deleted }),
		flag("exectrail.file.memfd", "Whether the file is a memfd.", func(x *Exec) bool { return x.File.Memfd }),
		{
			Name: "exectrail.file.first_seen", Type: TypeBool, Actions: ofExec(), Example: "true", Meaning: "Whether the file was not executed before, as far as is known.",
			number: fromExec(func(x *Exec) (int64, bool) { return truth(x.File.FirstSeen), x.File.Changed != 0 }),
		},
		flag("exectrail.executable_cut", "Whether the beginning of exe is missing.", func(x *Exec) bool { return x.ExecutableCut }),
		flag("exectrail.privileges_raised", "Whether this exec gained privileges.", func(x *Exec) bool { return x.PrivilegesRaised }),
		number("exectrail.env.bytes", "Length of the variables that were asked for.", "2048",
			func(x *Exec) (int64, bool) { return sizeOf(&x.Env), hasEnv(x) }),
		number("exectrail.env.missing_bytes", "How many bytes of them were not recorded.", "0",
			func(x *Exec) (int64, bool) { return clamp(x.Env.Missing()), hasEnv(x) }),
		attemptFlag("exectrail.working_directory_cut", "Whether the beginning of cwd is missing.", 0, func(a *Attempt) bool { return a.DirectoryCut }),
		attemptFlag("exectrail.working_directory_deleted", "Whether the working directory had been removed.", 0, func(a *Attempt) bool { return a.DirectoryDeleted }),
		attemptFlag("exectrail.text_cut", "Whether another text was left out.", 0, func(a *Attempt) bool { return a.TextCut }),
		{
			Name: "exectrail.args.bytes", Type: TypeNumber, Actions: ofAttempt(), Example: "64KiB", Meaning: "Length of all arguments, each with its NUL.",
			number: func(e Event) (int64, bool) {
				if a := attemptOf(e); a != nil {
					return sizeOf(&a.Args), true
				}
				return 0, false
			},
		},
		attemptName("exectrail.cgroup.name", "Last component of the path of the control group.", `"session-3.scope"`, func(a *Attempt) []byte { return a.CgroupName }),
		attemptName("exectrail.cgroup.parent", "The component before.", `"user.slice"`, func(a *Attempt) []byte { return a.CgroupParent }),
	}
}

func hasEnv(x *Exec) bool { return x.Env.Size > 0 || len(x.Env.Raw) > 0 }

func sizeOf(s *Strings) int64 { return clamp(max(s.Size, uint64(len(s.Raw)))) }

func attemptName(name, meaning, example string, get func(*Attempt) []byte) *Field {
	f := text(name, ofAttempt(), meaning, example, attemptText(get))
	f.part = PartPaths
	return f
}

func fromExec(get func(*Exec) (int64, bool)) func(Event) (int64, bool) {
	return func(e Event) (int64, bool) {
		if x, ok := e.(*Exec); ok {
			return get(x)
		}
		return 0, false
	}
}

// failedFields tell of execs that failed, in the form that JSON has.
func failedFields() []*Field {
	number := func(name string, t ColumnType, part Parts, meaning, example string, get func(*ExecFailed) (int64, bool)) *Field {
		return &Field{
			Name: name, Type: t, Actions: ofExecFailed(), Meaning: meaning, Example: example, part: part,
			number: func(e Event) (int64, bool) {
				if x, ok := e.(*ExecFailed); ok {
					return get(x)
				}
				return 0, false
			},
		}
	}
	flag := func(name string, part Parts, meaning string, get func(*ExecFailed) bool) *Field {
		return number(name, TypeBool, part, meaning, "true", func(x *ExecFailed) (int64, bool) { return truth(get(x)), true })
	}
	return []*Field{
		number("exectrail.errno", TypeNumber, 0, "Number of the error.", "2", func(x *ExecFailed) (int64, bool) { return int64(x.Errno), true }),
		text("exectrail.failure.cause", ofExecFailed(), "Why the exec failed, in a keyword.", `"no-file"`, func(dst []byte, e Event) []byte {
			if x, ok := e.(*ExecFailed); ok {
				dst = append(dst, x.Cause.String()...)
			}
			return dst
		}),
		text("exectrail.failure.detail", ofExecFailed(), "What of: an interpreter, a directory or an architecture.", `"/usr/bin/python3"`, func(dst []byte, e Event) []byte {
			if x, ok := e.(*ExecFailed); ok {
				dst = append(dst, x.Detail...)
			}
			return dst
		}),
		flag("exectrail.call.compat", PartDetails, "Whether it was a 32-bit system call.", func(x *ExecFailed) bool { return x.Compat }),
		number("exectrail.call.dirfd", TypeNumber, PartDetails, "Descriptor that execveat was passed; -100 for the working directory.", "-100",
			func(x *ExecFailed) (int64, bool) { return int64(x.DirFD), x.At }),
		number("exectrail.call.flags", TypeNumber, PartDetails, "Flags that execveat was passed.", "4096",
			func(x *ExecFailed) (int64, bool) { return int64(x.Flags), x.At }),
		flag("exectrail.filename_unreadable", 0, "Whether the memory of the file name could not be read.", func(x *ExecFailed) bool { return x.FilenameUnreadable }),
		flag("exectrail.args.unreadable", 0, "Whether the memory of the arguments could not be read to their end.", func(x *ExecFailed) bool { return x.ArgsUnreadable }),
		flag("exectrail.args.unmeasured", 0, "Whether there are more arguments than were counted.", func(x *ExecFailed) bool { return x.ArgsUnmeasured }),
	}
}
