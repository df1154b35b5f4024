package sinktest

import "github.com/exectrail/exectrail/event"

// failed returns a typing error. The sample after it is of the same process, which so has no more to come of this one.
func (s *session) failed() *event.ExecFailed {
	e := s.execFailed(4311, 2, "ENOENT", event.CauseNoFile, "/usr/bin/gccc", "-c", "src/main.c")
	e.ParentPID = 1 // whoever started it is gone
	e.SessionID = 4311
	return e
}

func (s *session) failedHostile() *event.ExecFailed {
	e := s.execFailed(4311, 2, "ENOENT", event.CauseNoScriptInterpreter, "./\x1b]0;title\a", "a\nb", "\xff\xfe", "")
	makeHostile(&e.Attempt)
	e.Container = hostileContainer()
	e.Detail = []byte("/bin/\x1b[31m\u202e\xff")
	e.Process.Parent = s.hostileShell()
	e.Process.EntityID, e.Process.Executable, e.Process.Args = "\x1b\xff", "/old\xff\n", "old\xff\x00\r\x00"
	return e
}

// failedUnreadable returns a 32-bit call with pointers that lead nowhere.
func (s *session) failedUnreadable() *event.ExecFailed {
	e := s.execFailed(4312, 14, "EFAULT", event.CauseBadAddress, "/bin/true")
	e.Filename, e.Args, e.ArgCount = nil, event.Strings{}, 0
	e.FilenameUnreadable, e.ArgsUnreadable, e.Compat = true, true, true
	e.TTY = nil
	e.Container = container()
	return e
}

// failedLong returns a call with more arguments than the kernel takes, and of which parts are missing.
func (s *session) failedLong() *event.ExecFailed {
	e := s.execFailed(4313, 7, "E2BIG", event.CauseArgumentsTooLong, "grep", "-l", "exec", "a.c", "b.c")
	e.Args.Size, e.ArgCount, e.ArgsUnmeasured = 2_412_332, 9216, true
	e.DirectoryCut, e.DirectoryDeleted, e.TextCut = true, true, true
	e.LoginUID, e.AuditSession, e.Names = event.NoID, event.NoID, event.Names{}
	cutParent(e.Process)
	return e
}

// failedAt returns a program that is run by its descriptor, and of which the reason is not known.
func (s *session) failedAt() *event.ExecFailed {
	e := s.execFailed(4314, 1, "EPERM", event.CauseUnknown, "sudo", "-i")
	e.Filename, e.At, e.DirFD, e.Flags = nil, true, 3, 0x1000
	e.CapEffective, e.CapPermitted = 1<<41-1, 1<<41-1
	return e
}

// failedAtDirectory returns a call with the descriptor of the working directory, by a process that is hardly known.
func (s *session) failedAtDirectory() *event.ExecFailed {
	e := s.execFailed(4315, 13, "EACCES", event.CauseNoExecMount, "tools/x")
	e.At, e.Flags = true, 0x100
	e.Detail = []byte("/mnt/usb/sh")
	e.Args, e.ArgCount = event.Strings{}, 0
	e.Process.Parent, e.Process.Executable, e.Process.Args = nil, "", ""
	return e
}
