package template

import (
	"time"

	"github.com/exectrail/exectrail/event"
)

// trials are the events that a template is tried with: one of each kind, and
// as far as possible with a value in each column, so that no part of the
// template is skipped for want of one.
func trials() []event.Event {
	meta := event.Meta{Boot: 2, Time: time.Unix(1, 0), Sequence: 1, CPU: 1}
	text, list := []byte("text"), event.Strings{Raw: []byte("a\x00b\x00"), Size: 5}
	parent := &event.Process{Key: event.Key{PID: 1}, Name: "parent", Executable: "/parent", Args: "parent\x00"}
	process := &event.Process{
		Key: event.Key{PID: 2, Start: 1}, EntityID: "id", Parent: parent, Name: "name", Executable: "/name",
		Directory: "/", Args: "name\x00", UID: 1, GID: 1,
	}
	attempt := event.Attempt{
		Task: event.Task{
			PID: 2, NamespacePID: 2, ParentPID: 1, SessionID: 1, GroupID: 1, Comm: text, TTY: text,
		},
		Credentials: event.Credentials{UID: 1, EUID: 1, SUID: 1, GID: 1, EGID: 1, SGID: 1, LoginUID: 1, AuditSession: 1},
		Namespaces:  event.Namespaces{PIDNS: 1, MountNS: 1, UserNS: 1, NetNS: 1, CgroupNS: 1},
		Cgroup:      event.Cgroup{CgroupID: 1, CgroupName: text, CgroupParent: text},
		CallerTID:   2,
		Filename:    text, Directory: text, Args: list, ArgCount: 2,
		Degraded: event.PartArgs, FilledIn: event.PartArgs,
	}
	return []event.Event{
		&event.Exec{
			Meta: meta, Attempt: attempt, Process: process,
			PreviousComm: text, Interpreter: text, Executable: text,
			File: event.File{DeviceMajor: 1, DeviceMinor: 1, Inode: 1, Links: 1, Deleted: true},
			Env:  list, EnvCount: 2,
		},
		&event.ExecFailed{
			Meta: meta, Attempt: attempt, Process: process, Errno: 2, Code: "ENOENT", Cause: event.CauseNoFile,
			At: true, DirFD: 3, Compat: true,
		},
		&event.Fork{Meta: meta, Process: process, NamespacePID: 2, KernelThread: true},
		&event.Exit{Meta: meta, Process: process, ParentPID: 1, Status: 1, CoreDumped: true, Usage: usage()},
		&event.Exit{Meta: meta, Process: process, ParentPID: 1, Signal: 9, Usage: usage()},
		&event.Lost{Meta: meta, Kind: event.ActionExec, Cause: event.LostBufferFull, Count: 1},
		&event.Clock{Meta: meta, Step: 1},
	}
}

func usage() event.Usage {
	return event.Usage{
		UserTime: 1, SystemTime: 1, MaxRSS: 1, MinorFaults: 1, MajorFaults: 1, ReadBytes: 1, WriteBytes: 1,
		VoluntaryCtxt: 1, InvoluntaryCtxt: 1,
	}
}
