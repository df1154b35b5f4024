package sinktest

import (
	"time"

	"github.com/exectrail/exectrail/event"
)

func (s *session) plain() *event.Exec {
	return s.exec(4300, "/usr/bin/gcc", "-O2", "-Wall", "-Iinclude", "-DVERSION=1.2", "-c", "src/main.c", "-o", "build/main.o")
}

// hostile returns an exec whose texts are made to fool a terminal or a parser.
func (s *session) hostile() *event.Exec {
	e := s.exec(4301, "./\x1b]0;title\a", "", "it's", "two words", "a\nb", "\x9b31m", "gpj.\u202eexe", "\xff\xfe", `"\`, "é漢🙂")
	makeHostile(&e.Attempt)
	e.PreviousComm = []byte("evil\r\xf0\x28")
	e.Interpreter = []byte("/bin/\xe2\x80\xae")
	e.Executable = []byte("/tmp/\x1b]0;title\a\x80")
	e.Process.Parent = s.hostileShell()
	e.Process.EntityID = "\x1b\xff"
	e.Signals = ^event.Signals(0) >> 3
	e.Container = hostileContainer()
	e.Previous.Executable, e.Previous.Args = "/old\xff", "old\xff\x00"
	e.Env = event.Strings{Raw: []byte("A=b c\x00B=\xff\x1b\x00"), Size: 12}
	return e
}

// makeHostile gives a texts that are made to fool a terminal or a parser.
func makeHostile(a *event.Attempt) {
	a.Comm = []byte("x\x1b[2Jy")
	a.TTY = []byte("pts/\x07\xff")
	a.Filename = []byte("./\x1b]0;title\a\xc3")
	a.Directory = []byte("/tmp/new\nline\xed\xa0\x80")
	a.CgroupName = []byte("a\u2028\xff")
	a.CgroupParent = []byte(`system-systemd\x2dfsck.slice` + "\xff")
	a.Names = event.Names{
		User: "a\x1b\xff", EffectiveUser: "b\x1b\xff", SavedUser: "c\xff",
		Group: "d\xff", EffectiveGroup: "e\xff", SavedGroup: "f\xff", LoginUser: "g\xff",
	}
}

// hostileShell returns a parent with such texts.
func (s *session) hostileShell() *event.Process {
	parent := *s.shell
	parent.Name, parent.Executable, parent.Args = "sh\x1b\xff", "/bin/sh\xff", "sh\xff\x00-c\x00\x1b\x00"
	parent.Directory, parent.EntityID, parent.ArgsCut = "/\xff", "\xff", true
	return &parent
}

func (s *session) script() *event.Exec {
	e := s.exec(4302, "/bin/sh", "./configure", "--prefix=/usr")
	e.Filename, e.Interpreter = []byte("./configure"), []byte("/bin/sh")
	e.Executable = []byte("/usr/bin/dash")
	e.Env = event.Strings{Raw: []byte("PATH=/usr/bin:/bin\x00CC=gcc -m32\x00"), Size: 30}
	e.TTY = nil
	e.SessionID, e.GroupID = 4302, 4302
	e.ParentPID = 1 // whoever started it is gone
	e.Container = container()
	return e
}

func (s *session) memfd() *event.Exec {
	e := s.exec(4303, "[worker]")
	e.CallerTID = 4310
	e.Filename, e.Executable = []byte("/dev/fd/3"), []byte("/memfd:worker")
	e.File = event.File{DeviceMajor: 0, DeviceMinor: 1, Inode: 77, Deleted: true, Memfd: true, Changed: 1, FirstSeen: true}
	e.Stdin, e.Stdout = event.Socket, event.FIFO
	e.Signals = event.SignalsOf(e)
	return e
}

func (s *session) raised() *event.Exec {
	e := s.exec(4304, "sudo", "-i")
	e.EUID, e.SUID, e.EGID, e.SGID = 0, 0, 0, 0
	e.EffectiveUser, e.SavedUser, e.EffectiveGroup, e.SavedGroup = "root", "root", "root", "root"
	e.CapEffective, e.CapPermitted = 1<<41-1, 1<<41-1
	e.PrivilegesRaised = true
	return e
}

// cut returns an exec of a service of which parts are missing.
func (s *session) cut() *event.Exec {
	e := s.exec(4305, "tar", "-cf", "-", "a", "b")
	e.Container = unnamedContainer()
	e.Args.Size += 70_000
	e.ArgCount = 9000
	e.Env = event.Strings{Raw: []byte("A=b\x00"), Size: 5}
	e.ExecutableCut, e.DirectoryCut, e.TextCut, e.DirectoryDeleted = true, true, true, true
	e.LoginUID, e.AuditSession = event.NoID, event.NoID
	e.Names = event.Names{}
	return e
}

// noArguments returns an exec with an empty argv, and of which the process is hardly known.
func (s *session) noArguments() *event.Exec {
	e := s.exec(4306, "/usr/bin/true")
	e.Args, e.ArgCount = event.Strings{}, 0
	e.Process.Parent, e.Previous = nil, nil
	return e
}

func (s *session) fork() *event.Fork {
	child := s.process(4307, 1000, s.shell, "/usr/bin/make", "-j2", "all")
	return &event.Fork{Meta: s.meta(), Process: child, NamespacePID: 307}
}

// longArguments returns a fork of which not all arguments are known.
func (s *session) longArguments() *event.Fork {
	e := s.fork()
	cutParent(e.Process)
	e.Process.Container = container()
	return e
}

// cutParent leaves only the beginning of the arguments of p and its parent.
func cutParent(p *event.Process) {
	parent := *p.Parent
	parent.ArgsCut, p.ArgsCut, p.Parent = true, true, &parent
}

func (s *session) kernelThread() *event.Fork {
	kthreadd := &event.Process{Key: event.Key{PID: 2, Start: 5}, Name: "kthreadd"}
	thread := &event.Process{Key: event.Key{PID: 4308, Start: 9}, Name: "kworker/0:1", Parent: kthreadd}
	return &event.Fork{Meta: s.meta(), Process: thread, NamespacePID: 4308, KernelThread: true}
}

func (s *session) exit(status, signal uint8, core bool) *event.Exit {
	p := s.process(4300, 1000, s.shell, "/usr/bin/gcc", "-c", "main.c")
	p.Key.Start, p.Exited = s.boot-1_204_567_890, true
	if core {
		cutParent(p)
		p.Container = container()
	}
	return &event.Exit{
		Meta: s.meta(), Process: p, ParentPID: 1, Status: status, Signal: signal, CoreDumped: core,
		Usage: event.Usage{
			UserTime: 350 * time.Millisecond, SystemTime: 12100 * time.Microsecond, MaxRSS: 36 << 20,
			MinorFaults: 412, MajorFaults: 2, ReadBytes: 131072, WriteBytes: 4096, VoluntaryCtxt: 17, InvoluntaryCtxt: 3,
		},
	}
}

func (s *session) lost() *event.Lost {
	m := s.meta()
	s.sequence += 11 // one number for each event
	window := 120 * time.Millisecond
	return &event.Lost{
		Meta: m, Kind: event.ActionExec, Cause: event.LostBufferFull, Count: 12,
		Since: m.Time.Add(-window), SinceBoot: m.Boot - uint64(window),
	}
}

func (s *session) clock() *event.Clock {
	return &event.Clock{Meta: s.meta(), Step: -1500 * time.Millisecond}
}
