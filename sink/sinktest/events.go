// Package sinktest holds what tests of sinks share: sample events, the
// contract that each sink must keep, and golden files.
package sinktest

import (
	"strings"
	"time"

	"github.com/exectrail/exectrail/event"
)

// Events returns new sample events, the same in every call: each kind of
// event, hostile text, and the rarer properties, so that every column and
// every JSON field has a value in one of them.
func Events() []event.Event {
	s := newSession()
	return []event.Event{
		s.plain(), s.hostile(), s.script(), s.memfd(), s.raised(), s.cut(), s.noArguments(),
		s.fork(), s.longArguments(), s.kernelThread(), s.exit(0, 0, false), s.exit(3, 0, false), s.exit(0, 11, true),
		s.failed(), s.failedHostile(), s.failedUnreadable(), s.failedLong(), s.failedAt(), s.failedAtDirectory(),
		s.skeleton(), s.headAndTail(), s.filledIn(), s.failedSkeleton(), s.failedHeadAndTail(),
		s.lost(), s.clock(),
	}
}

// Exec returns an exec as they mostly are, with six ancestors, for benchmarks.
func Exec() *event.Exec { return newSession().plain() }

// ExecFailed returns a failed exec as they mostly are: the file is not there.
func ExecFailed() *event.ExecFailed { return newSession().failed() }

// session builds events of one machine, each some time after the one before.
type session struct {
	host     *event.Host
	boot     uint64
	sequence uint64
	shell    *event.Process
}

// bootTime is when the sample machine was started.
func bootTime() time.Time { return time.Date(2025, time.March, 4, 5, 6, 7, 0, time.UTC) }

func newSession() *session {
	s := &session{
		host: &event.Host{
			Name: "web1", BootID: "0b5c4d3e-1f2a-4b6c-8d7e-9f0a1b2c3d4e", Kernel: "6.12.9-amd64", Arch: "amd64",
		},
		boot: 3600_123_456_789,
	}
	for _, p := range []struct {
		pid  uint32
		args string
		uid  uint32
	}{
		{1, "/usr/lib/systemd/systemd --system", 0},
		{702, "/usr/sbin/sshd -D", 0},
		{4100, "/usr/sbin/sshd-session -R", 0},
		{4101, "/usr/sbin/sshd-session -R", 1000},
		{4102, "/usr/bin/bash -l", 1000},
		{4200, "/usr/bin/make -j2 all", 1000},
	} {
		s.shell = s.process(p.pid, p.uid, s.shell, strings.Fields(p.args)...)
	}
	return s
}

// process returns a process that was created a second before now for each of its descendants.
func (s *session) process(pid, id uint32, parent *event.Process, args ...string) *event.Process {
	name := args[0][strings.LastIndexByte(args[0], '/')+1:]
	return &event.Process{
		Key:    event.Key{PID: pid, Start: uint64(pid) * 1_000_000},
		ExecID: uint64(pid), EntityID: "e0" + strings.Repeat("b", 10) + digits(pid),
		Parent: parent, Name: name[:min(len(name), 15)], Executable: args[0], Directory: "/home/ann/src",
		Args: list(args...), UID: id, GID: id,
		Started: bootTime().Add(time.Duration(pid) * time.Millisecond),
	}
}

func digits(n uint32) string {
	text := []byte("0000")
	for i := len(text) - 1; i >= 0; i, n = i-1, n/10 {
		text[i] = byte('0' + n%10)
	}
	return string(text)
}

func list(args ...string) string {
	var b strings.Builder
	for _, arg := range args {
		b.WriteString(arg + "\x00")
	}
	return b.String()
}

// meta takes the next place in the stream.
func (s *session) meta() event.Meta {
	s.sequence++
	s.boot += 1_234_567
	return event.Meta{
		Boot: s.boot, Time: bootTime().Add(time.Duration(s.boot)), Sequence: s.sequence,
		CPU: uint32(s.sequence % 2), Lane: uint8(s.sequence % 3), CPUSequence: s.sequence/2 + 1, Host: s.host,
	}
}

// exec returns an exec in the shell's child pid.
func (s *session) exec(pid uint32, args ...string) *event.Exec {
	run := s.process(pid, 1000, s.shell, args...)
	return &event.Exec{
		Meta: s.meta(), Attempt: s.attempt(pid, run.Name, args),
		Process: run, Previous: s.forked(pid), PreviousComm: []byte("make"),
		Executable: []byte(args[0]),
		File:       event.File{DeviceMajor: 259, DeviceMinor: 2, Inode: 1835021, Links: 1},
		EnvCount:   23,
	}
}

// execFailed returns a failed exec in the shell's child pid.
func (s *session) execFailed(pid, errno uint32, code string, cause event.FailureCause, args ...string) *event.ExecFailed {
	return &event.ExecFailed{
		Meta: s.meta(), Attempt: s.attempt(pid, "make", args), Process: s.forked(pid),
		Errno: errno, Code: code, Cause: cause, DirFD: -100,
	}
}

// forked returns the shell's child pid before it execs.
func (s *session) forked(pid uint32) *event.Process {
	return s.process(pid, 1000, s.shell, "/usr/bin/make", "-j2", "all")
}

// attempt returns what is told of the shell's child pid, called comm, that runs args.
func (s *session) attempt(pid uint32, comm string, args []string) event.Attempt {
	argv := list(args...)
	return event.Attempt{
		Task: event.Task{
			PID: pid, NamespacePID: pid - 4000, ParentPID: s.shell.Key.PID, SessionID: 4102, GroupID: pid,
			Comm: []byte(comm), TTY: []byte("pts/0"),
		},
		Credentials: event.Credentials{
			UID: 1000, EUID: 1000, SUID: 1000, GID: 1000, EGID: 1000, SGID: 1000, LoginUID: 1000, AuditSession: 3,
		},
		Names: event.Names{
			User: "ann", EffectiveUser: "ann", SavedUser: "ann", LoginUser: "ann",
			Group: "users", EffectiveGroup: "users", SavedGroup: "users",
		},
		CallerTID: pid,
		Namespaces: event.Namespaces{
			PIDNS: 4026531836, MountNS: 4026531841, UserNS: 4026531837, NetNS: 4026531840, CgroupNS: 4026531835,
		},
		Cgroup: event.Cgroup{
			CgroupID: 6841, CgroupName: []byte("session-3.scope"), CgroupParent: []byte("user-1000.slice"),
		},
		Filename: []byte(args[0]), Directory: []byte("/home/ann/src"),
		Args: event.Strings{Raw: []byte(argv), Size: uint64(len(argv))}, ArgCount: uint32(len(args)),
	}
}
