package wire

import (
	"bytes"

	"github.com/exectrail/exectrail/event"
)

// A text is a part of the tail of a record.
type text struct {
	dst *[]byte
	len uint32
}

// take splits texts off the tail. It reports false when the tail is too short.
func take(tail []byte, texts ...text) bool {
	for _, t := range texts {
		if uint64(t.len) > uint64(len(tail)) {
			return false
		}
		*t.dst, tail = tail[:t.len], tail[t.len:]
	}
	return true
}

func (d *Decoder) decodeExec(record []byte, r *Record) bool {
	x := &d.exec
	a := &x.Attempt
	tail, ok := load(x, record)
	if !ok {
		return false
	}
	var args, exe, cwd []byte
	e := &r.Exec
	if !take(tail,
		text{&args, a.ArgsHere},
		text{&e.Filename, uint32(a.FilenameLen)}, text{&e.Interpreter, uint32(x.InterpLen)},
		text{&exe, uint32(x.ExeLen)}, text{&cwd, uint32(a.CwdLen)},
		text{&e.CgroupName, uint32(a.CgroupLen)}, text{&e.CgroupParent, uint32(a.CgroupParentLen)},
	) {
		return false
	}
	e.CgroupParent, e.CgroupAbove = cutNUL(e.CgroupParent)
	r.ID, r.Parent = idOf(&a.Self), idOf(&a.Parent)
	d.decodeAttempt(&e.Attempt, a, cwd)
	e.CallerTID = x.OldTid
	e.PreviousComm = untilNUL(x.OldComm[:])

	pseudo := a.Flags&filePseudo != 0
	e.ExecutableCut = a.Flags&exeCut != 0
	e.TextCut = a.Flags&textCut != 0 && !e.ExecutableCut && !e.DirectoryCut
	d.exe = appendPathOf(d.exe[:0], a, exe, e.ExecutableCut)
	e.Executable = d.exe
	e.File = fileOf(&x.File)
	e.File.Deleted = a.Flags&fileDeleted != 0 && !pseudo
	e.File.Memfd = pseudo && bytes.HasPrefix(d.exe, []byte("/memfd:"))
	e.File.Changed = x.FileChanged

	chunks := d.assembled(r.Stream, r.Seq)
	e.Args = event.Strings{Raw: clip(args, a.ArgsLen), Size: uint64(a.ArgsLen)}
	if a.ArgsHere == 0 {
		e.Args = chunks.args.strings(a.ArgsLen)
	}
	e.Env = event.Strings{}
	if a.Flags&withEnv != 0 {
		e.Env = chunks.env.strings(x.EnvLen)
	}
	e.Degraded |= leftOut(a.Flags, &e.Args, &e.Env)
	d.fill.apply(r)
	e.EnvCount = x.Envc
	setExecFlags(e, a.Flags)
	e.Stdin, e.Stdout = fileType(a.Flags>>stdinType), fileType(a.Flags>>stdoutType)
	return true
}

// setExecFlags sets what a skeleton tells, too.
func setExecFlags(e *event.Exec, flags uint32) {
	e.PrivilegesRaised = flags&privilegesRaised != 0
	e.File.UpperLayer, e.LoaderEnv = flags&upperLayer != 0, flags&loaderEnv != 0
}

func fileType(bits uint32) event.FileType { return event.FileType(bits & 0xf) }

func fileOf(x *file) event.File {
	return event.File{
		DeviceMajor: x.Device >> minorBits, DeviceMinor: x.Device & (1<<minorBits - 1),
		Inode: x.Inode, Links: x.Links,
	}
}

// minorBits is how many bits the minor number of a device has in the kernel (MINORBITS of include/linux/kdev_t.h).
const minorBits = 20

// appendPathOf appends a path of a record, unless paths were left out of it.
func appendPathOf(dst []byte, a *attempt, reversed []byte, cut bool) []byte {
	if a.Flags&noTexts != 0 {
		return dst
	}
	return appendPath(dst, reversed, cut)
}

// decodeAttempt reads what does not depend on whether the exec succeeded, apart from argv.
func (d *Decoder) decodeAttempt(e *event.Attempt, a *attempt, cwd []byte) {
	e.Task = event.Task{
		PID: a.Self.Pid, NamespacePID: a.Ns.NsPid, ParentPID: a.Parent.Pid,
		SessionID: a.Sid, GroupID: a.Pgid,
		Comm: untilNUL(a.Comm[:]), TTY: d.ttyName(untilNUL(a.Tty[:])),
	}
	e.Credentials = event.Credentials{
		UID: a.Cred.Uid, EUID: a.Cred.Euid, SUID: a.Cred.Suid,
		GID: a.Cred.Gid, EGID: a.Cred.Egid, SGID: a.Cred.Sgid,
		LoginUID: a.Cred.LoginUid, AuditSession: a.Cred.AuditSession,
		CapEffective: a.Cred.CapEffective, CapPermitted: a.Cred.CapPermitted,
	}
	e.Namespaces = event.Namespaces{
		PIDNS: a.Ns.Pid, MountNS: a.Ns.Mnt, UserNS: a.Ns.User, NetNS: a.Ns.Net, CgroupNS: a.Ns.Cgroup,
	}
	e.Degraded, e.FilledIn = 0, 0
	e.CgroupID = a.CgroupId
	e.ArgCount = a.Argc
	e.DirectoryCut, e.DirectoryDeleted = a.Flags&cwdCut != 0, a.Flags&cwdDeleted != 0
	d.cwd = appendPathOf(d.cwd[:0], a, cwd, e.DirectoryCut)
	e.Directory = d.cwd
}

func (d *Decoder) decodeFailed(record []byte, r *Record) bool {
	x := &d.failed
	a := &x.Attempt
	tail, ok := load(x, record)
	if !ok {
		return false
	}
	var args, cwd []byte
	e := &r.Failed
	if !take(tail,
		text{&e.Filename, uint32(a.FilenameLen)}, text{&cwd, uint32(a.CwdLen)},
		text{&e.CgroupName, uint32(a.CgroupLen)}, text{&e.CgroupParent, uint32(a.CgroupParentLen)},
		text{&args, a.ArgsHere},
	) {
		return false
	}
	e.CgroupParent, e.CgroupAbove = cutNUL(e.CgroupParent)
	r.ID, r.Parent = idOf(&a.Self), idOf(&a.Parent)
	d.decodeAttempt(&e.Attempt, a, cwd)
	e.CallerTID = a.Self.Tid
	e.Args = event.Strings{Raw: args, Size: uint64(a.ArgsLen)}
	if a.Flags&lessArgs != 0 && len(args) > stringsEnd {
		e.Args.Tail = stringsEnd
	}
	e.Degraded |= leftOut(a.Flags, &e.Args, &event.Strings{})
	e.Errno, e.Code = x.Error, event.ErrnoName(x.Error)
	e.At, e.DirFD, e.Flags = x.At != 0, x.Dirfd, x.AtFlags
	setFailedFlags(e, a.Flags)
	e.Cause, e.Detail = d.why.of(r)
	return true
}

func setFailedFlags(e *event.ExecFailed, flags uint32) {
	e.Compat, e.SharesRoot = flags&compat != 0, flags&sharesRoot != 0
	e.FilenameUnreadable = flags&filenameUnreadable != 0
	e.ArgsUnreadable, e.ArgsUnmeasured = flags&argsUnreadable != 0, flags&argsUnmeasured != 0
}

// why is the cause that was found for the failed exec whose record comes next.
type why struct {
	stream Stream
	seq    uint64
	cause  event.FailureCause
	detail []byte
}

func (w *why) of(r *Record) (event.FailureCause, []byte) {
	if w.seq != r.Seq || w.stream != r.Stream {
		return event.CauseUnknown, nil
	}
	return w.cause, w.detail
}

func (d *Decoder) decodeCause(record []byte, r *Record) bool {
	x := &d.cause
	tail, ok := load(x, record)
	if !ok || uint64(x.DetailLen) > uint64(len(tail)) {
		return false
	}
	d.why = why{r.Stream, r.Seq, event.FailureCause(x.Cause), append(d.why.detail[:0], tail[:x.DetailLen]...)}
	return true
}
