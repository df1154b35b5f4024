package ecs

import "github.com/exectrail/exectrail/event"

// The functions below append what execs have in common whether they succeeded or not.

// appendCaller appends who it is: the process p after an exec that succeeded, the caller of one that failed.
func appendCaller(dst []byte, a *event.Attempt, p *event.Process) []byte {
	dst = number(dst, `"pid":`, uint64(a.PID))
	if !a.Degraded.Has(event.PartDetails) {
		dst = number(dst, `"vpid":`, uint64(a.NamespacePID))
	}
	if p != nil {
		dst = text(dst, `"entity_id":"`, p.EntityID)
	}
	return text(dst, `"name":"`, a.Comm)
}

// appendCall appends with which arguments, where and since when.
func appendCall(dst []byte, a *event.Attempt, p *event.Process) []byte {
	if len(a.Args.Raw) > 0 || a.Args.Missing() == 0 {
		dst = appendArgs(dst, a.Args.Head(), a.Args.TailBytes())
	}
	dst = number(dst, `"args_count":`, uint64(a.ArgCount))
	dst = text(dst, `"working_directory":"`, a.Directory)
	if p != nil {
		dst = appendStart(dst, p)
	}
	switch {
	case a.Degraded.Has(event.PartDetails):
		return dst
	case len(a.TTY) == 0:
		return append(dst, `"interactive":false,`...)
	}
	dst = append(dst, `"interactive":true,"tty":{`...)
	return closeObject(text(dst, `"name":"`, a.TTY))
}

func (c *Encoder) appendUsersAndLeaders(dst []byte, a *event.Attempt, who users) []byte {
	if a.Degraded.Has(event.PartDetails) {
		return appendRealUser(dst, &who)
	}
	dst = c.users.append(dst, who, appendUsers)
	dst = leader(dst, `"session_leader":{`, a.SessionID, a.PID)
	return leader(dst, `"group_leader":{`, a.GroupID, a.PID)
}

// appendThread appends the thread that called exec, with its name at that moment.
func appendThread(dst []byte, a *event.Attempt, name []byte) []byte {
	dst = append(dst, `"caller":{`...)
	if !a.Degraded.Has(event.PartDetails) {
		dst = number(dst, `"tid":`, uint64(a.CallerTID))
	}
	return closeFilled(text(dst, `"name":"`, name), `"caller":{`)
}

// appendDegraded appends what the kernel left out of the record, what of it was read from /proc later, and how many secrets were replaced.
func appendDegraded(dst []byte, a *event.Attempt) []byte {
	dst = appendParts(dst, `"degraded":[`, a.Degraded)
	dst = appendParts(dst, `"filled_in":[`, a.FilledIn)
	if a.Redacted > 0 {
		dst = number(dst, `"redacted":`, uint64(a.Redacted))
	}
	return dst
}

// appendParts appends an array of the names of parts. There is no member without one.
func appendParts(dst []byte, key string, parts event.Parts) []byte {
	if parts == 0 {
		return dst
	}
	dst = append(dst, key...)
	for part := range parts.All() {
		dst = append(event.AppendParts(append(dst, '"'), part), '"', ',')
	}
	return closeArray(dst)
}

// appendCutTexts appends what is not complete, and what became of the working directory.
func appendCutTexts(dst []byte, a *event.Attempt) []byte {
	dst = flag(dst, `"working_directory_cut":true,`, a.DirectoryCut)
	dst = flag(dst, `"text_cut":true,`, a.TextCut)
	return flag(dst, `"working_directory_deleted":true,`, a.DirectoryDeleted)
}

// appendSize appends the length of a list of strings, how much of it is missing, and where if that is not the end.
func appendSize(dst []byte, s *event.Strings) []byte {
	dst = number(dst, `"bytes":`, max(s.Size, uint64(len(s.Raw))))
	dst = number(dst, `"missing_bytes":`, s.Missing())
	if at := s.MissingAt(); at < len(s.Raw) {
		dst = number(dst, `"missing_at":`, uint64(at))
	}
	return dst
}

// users are who runs a process.
type users struct {
	event.Credentials
	event.Names
}

func appendUsers(dst []byte, u *users) []byte {
	dst = identity(dst, `"user":{"id":"`, u.EUID, u.EffectiveUser)
	dst = identity(dst, `"group":{"id":"`, u.EGID, u.EffectiveGroup)
	dst = appendRealUser(dst, u)
	dst = identity(dst, `"saved_user":{"id":"`, u.SUID, u.SavedUser)
	return identity(dst, `"saved_group":{"id":"`, u.SGID, u.SavedGroup)
}

func appendRealUser(dst []byte, u *users) []byte {
	dst = identity(dst, `"real_user":{"id":"`, u.UID, u.User)
	return identity(dst, `"real_group":{"id":"`, u.GID, u.Group)
}

// appendLogin appends what the schema has no name for about who runs a process.
func appendLogin(dst []byte, u *users) []byte {
	dst = event.AppendCapabilities(append(dst, `"capabilities":{"effective":"`...), u.CapEffective)
	dst = event.AppendCapabilities(append(dst, `","permitted":"`...), u.CapPermitted)
	dst = append(dst, `"},`...)
	dst = identity(dst, `"login_user":{"id":"`, u.LoginUID, u.LoginUser)
	if u.AuditSession != event.NoID {
		dst = number(dst, `"audit_session":`, uint64(u.AuditSession))
	}
	return dst
}

// appendContext appends in which surroundings it was.
func (c *Encoder) appendContext(dst []byte, a *event.Attempt, who users) []byte {
	if a.Degraded.Has(event.PartDetails) {
		return dst
	}
	dst = c.login.append(dst, who, appendLogin)
	dst = number(append(dst, `"cgroup":{`...), `"id":`, a.CgroupID)
	dst = text(dst, `"name":"`, a.CgroupName)
	dst = text(dst, `"parent":"`, a.CgroupParent)
	dst = closeObject(dst)
	return c.namespaces.append(dst, a.Namespaces, appendNamespaces)
}

func appendNamespaces(dst []byte, n *event.Namespaces) []byte {
	dst = number(append(dst, `"namespaces":{`...), `"pid":`, uint64(n.PIDNS))
	dst = number(dst, `"mount":`, uint64(n.MountNS))
	dst = number(dst, `"user":`, uint64(n.UserNS))
	dst = number(dst, `"net":`, uint64(n.NetNS))
	dst = number(dst, `"cgroup":`, uint64(n.CgroupNS))
	return closeObject(dst)
}

// appendHook appends when and where the kernel took the record.
func appendHook(dst []byte, m *event.Meta) []byte {
	dst = number(dst, `"boot_ns":`, m.Boot)
	dst = number(append(dst, `"hook":{`...), `"cpu":`, uint64(m.CPU))
	if m.Lane > 0 {
		dst = number(dst, `"lane":`, uint64(m.Lane))
	}
	dst = number(dst, `"sequence":`, m.CPUSequence)
	return closeObject(dst)
}
