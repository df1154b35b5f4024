package ecs

import "github.com/exectrail/exectrail/event"

func (c *Encoder) appendExec(dst []byte, e *event.Exec) []byte {
	p := e.Process
	dst = number(append(dst, `"process":{`...), `"pid":`, uint64(e.PID))
	dst = number(dst, `"vpid":`, uint64(e.NamespacePID))
	if p != nil {
		dst = text(dst, `"entity_id":"`, p.EntityID)
	}
	dst = text(dst, `"name":"`, e.Comm)
	dst = text(dst, `"executable":"`, e.Executable)
	dst = appendArgs(dst, e.Args.Raw)
	dst = number(dst, `"args_count":`, uint64(e.ArgCount))
	dst = text(dst, `"working_directory":"`, e.Directory)
	if p != nil {
		dst = appendStart(dst, p)
	}
	if len(e.TTY) > 0 {
		dst = append(dst, `"interactive":true,"tty":{`...)
		dst = closeObject(text(dst, `"name":"`, e.TTY))
	} else {
		dst = append(dst, `"interactive":false,`...)
	}
	who := users{e.Credentials, e.Names}
	dst = c.users.append(dst, who, appendUsers)
	dst = leader(dst, `"session_leader":{`, e.SessionID, e.PID)
	dst = leader(dst, `"group_leader":{`, e.GroupID, e.PID)
	if len(e.Env.Raw) > 0 {
		dst = list(dst, `"env_vars":[`, e.Env.Raw)
	}
	dst = c.appendParent(dst, p, e.ParentPID)
	dst = appendPrevious(dst, e.Previous)
	dst = closeObject(dst)

	dst = append(dst, `"exectrail":{`...)
	dst = appendHook(dst, &e.Meta)
	dst = appendExecFile(dst, e)
	dst = c.appendExecContext(dst, e, who)
	dst = c.appendLineage(dst, p, e.ParentPID)
	return closeObject(dst)
}

// appendPrevious appends what the process ran before. The schema wants an array.
func appendPrevious(dst []byte, p *event.Process) []byte {
	if p == nil || p.Executable == "" && p.Args == "" {
		return dst
	}
	dst = text(append(dst, `"previous":[{`...), `"executable":"`, p.Executable)
	if p.Args != "" {
		dst = list(dst, `"args":[`, p.Args)
	}
	return closeArray(closeObject(dst))
}

// appendExecFile appends what was run and how much of it was recorded.
func appendExecFile(dst []byte, e *event.Exec) []byte {
	dst = text(dst, `"filename":"`, e.Filename)
	dst = text(dst, `"interpreter":"`, e.Interpreter)
	dst = append(dst, `"file":{"device":"`...)
	dst = append(appendUint(dst, uint64(e.File.DeviceMajor)), ':')
	dst = append(appendUint(dst, uint64(e.File.DeviceMinor)), `",`...)
	dst = number(dst, `"inode":`, e.File.Inode)
	dst = number(dst, `"links":`, uint64(e.File.Links))
	dst = flag(dst, `"deleted":true,`, e.File.Deleted)
	dst = flag(dst, `"memfd":true,`, e.File.Memfd)
	dst = closeObject(dst)
	dst = flag(dst, `"executable_cut":true,`, e.ExecutableCut)
	dst = flag(dst, `"working_directory_cut":true,`, e.DirectoryCut)
	dst = flag(dst, `"text_cut":true,`, e.TextCut)
	dst = flag(dst, `"working_directory_deleted":true,`, e.DirectoryDeleted)

	dst = append(dst, `"args":{`...)
	dst = appendSize(dst, &e.Args)
	dst = closeObject(dst)
	dst = number(append(dst, `"env":{`...), `"count":`, uint64(e.EnvCount))
	if e.Env.Size > 0 || len(e.Env.Raw) > 0 {
		dst = appendSize(dst, &e.Env)
	}
	return closeObject(dst)
}

// appendSize appends the length of a list of strings, and how much of its end is missing.
func appendSize(dst []byte, s *event.Strings) []byte {
	dst = number(dst, `"bytes":`, max(s.Size, uint64(len(s.Raw))))
	return number(dst, `"missing_bytes":`, s.Missing())
}

// users are who runs a process.
type users struct {
	event.Credentials
	event.Names
}

func appendUsers(dst []byte, u *users) []byte {
	dst = identity(dst, `"user":{"id":"`, u.EUID, u.EffectiveUser)
	dst = identity(dst, `"group":{"id":"`, u.EGID, u.EffectiveGroup)
	dst = identity(dst, `"real_user":{"id":"`, u.UID, u.User)
	dst = identity(dst, `"real_group":{"id":"`, u.GID, u.Group)
	dst = identity(dst, `"saved_user":{"id":"`, u.SUID, u.SavedUser)
	return identity(dst, `"saved_group":{"id":"`, u.SGID, u.SavedGroup)
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

// appendExecContext appends by whom and in which surroundings it was run.
func (c *Encoder) appendExecContext(dst []byte, e *event.Exec, who users) []byte {
	dst = number(append(dst, `"caller":{`...), `"tid":`, uint64(e.CallerTID))
	dst = text(dst, `"name":"`, e.PreviousComm)
	dst = closeObject(dst)
	dst = flag(dst, `"privileges_raised":true,`, e.PrivilegesRaised)
	dst = c.login.append(dst, who, appendLogin)

	dst = number(append(dst, `"cgroup":{`...), `"id":`, e.CgroupID)
	dst = text(dst, `"name":"`, e.CgroupName)
	dst = text(dst, `"parent":"`, e.CgroupParent)
	dst = closeObject(dst)
	return c.namespaces.append(dst, e.Namespaces, appendNamespaces)
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
	dst = number(dst, `"sequence":`, m.CPUSequence)
	return closeObject(dst)
}
