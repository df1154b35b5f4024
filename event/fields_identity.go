package event

// identityFields tell who runs a process, by names for which there is no column.
func identityFields() []*Field {
	names := func(name, json, meaning, example string, get func(*Names) string) *Field {
		f := &Field{Name: name, Type: TypeText, Actions: ofAttempt(), Meaning: meaning, Example: example, part: PartDetails}
		if name != json {
			f.Aliases = []string{json}
		}
		f.text = func(dst []byte, e Event) []byte {
			if a := attemptOf(e); a != nil {
				dst = append(dst, get(&a.Names)...)
			}
			return dst
		}
		return f
	}
	user := names("user", "process.real_user.name", "Name of the real user; empty when it is not known.", `"ann"`,
		func(n *Names) string { return n.User })
	group := names("group", "process.real_group.name", "Name of the real group; empty when it is not known.", `"staff"`,
		func(n *Names) string { return n.Group })
	user.part, group.part = 0, 0 // a skeleton has the real ids
	return []*Field{
		user, group,
		names("process.user.name", "process.user.name", "Name of the effective user.", `"root"`, func(n *Names) string { return n.EffectiveUser }),
		names("process.group.name", "process.group.name", "Name of the effective group.", `"root"`, func(n *Names) string { return n.EffectiveGroup }),
		names("process.saved_user.name", "process.saved_user.name", "Name of the saved user.", `"root"`, func(n *Names) string { return n.SavedUser }),
		names("process.saved_group.name", "process.saved_group.name", "Name of the saved group.", `"root"`, func(n *Names) string { return n.SavedGroup }),
		names("exectrail.login_user.name", "exectrail.login_user.name", "Name of the user who logged in.", `"ann"`, func(n *Names) string { return n.LoginUser }),
		attemptFlag("process.interactive", "Whether there is a controlling terminal.", PartDetails, func(a *Attempt) bool { return len(a.TTY) > 0 }),
		attemptFlag("process.session_leader.same_as_process", "Whether the process leads its session.", PartDetails,
			func(a *Attempt) bool { return a.SessionID != 0 && a.SessionID == a.PID }),
		attemptFlag("process.group_leader.same_as_process", "Whether the process leads its group.", PartDetails,
			func(a *Attempt) bool { return a.GroupID != 0 && a.GroupID == a.PID }),
	}
}

// attemptFlag makes a field of what holds or not of an exec, whether it succeeded or failed.
func attemptFlag(name, meaning string, part Parts, get func(*Attempt) bool) *Field {
	return &Field{
		Name: name, Type: TypeBool, Actions: ofAttempt(), Meaning: meaning, Example: "true", part: part,
		number: func(e Event) (int64, bool) {
			if a := attemptOf(e); a != nil {
				return truth(get(a)), true
			}
			return 0, false
		},
	}
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
