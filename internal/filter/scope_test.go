package filter

import (
	"testing"

	"github.com/exectrail/exectrail/event"
)

func TestUnderIsATree(t *testing.T) {
	s := Scope{Under: 102} // sshd > bash > curl, by the process ids of lineage
	x := exec()
	if !s.Match(x) || !s.Match(&event.Fork{Process: x.Process}) || !s.Match(&event.Exit{Process: x.Process.Parent}) {
		t.Error("the process and those below it are not in scope")
	}
	if s.Match(&event.Exit{Process: x.Process.Parent.Parent}) || !s.Match(&event.Lost{}) {
		t.Error("the parent is in scope, or loss is not")
	}
	later := exec()
	later.Process.Parent.Key.Start = 99
	if s.Match(later) {
		t.Error("another process with the same id is taken for it")
	}
}

func TestCgroupByPath(t *testing.T) {
	at := func(parent, name string, above ...string) *event.Exec {
		x := exec()
		x.CgroupParent, x.CgroupName = []byte(parent), []byte(name)
		for _, component := range above {
			x.CgroupAbove = append(append(x.CgroupAbove, component...), 0)
		}
		return x
	}
	deep := at("7", "8", "6", "5", "4", "3", "2", "1")
	for _, test := range []struct {
		path string
		e    event.Event
		want bool
	}{
		{"/system.slice/ssh.service", at("system.slice", "ssh.service"), true},
		{"/sys/fs/cgroup/system.slice/ssh.service/", at("system.slice", "ssh.service"), true},
		{"system.slice", at("system.slice", "ssh.service"), true},
		{"system.slice", at("", "system.slice"), true},
		{"/system.slice/ssh.service", at("user.slice", "ssh.service"), false},
		{"/system.slice/ssh.service", at("system.slice", "cron.service"), false},
		{"/system.slice/ssh.service", at("ssh.service", "child", "system.slice"), true},
		{"/system.slice/ssh.service", at("ssh.service", "child", "user.slice"), false},
		{"/system.slice", at("child", "grandchild", "ssh.service", "system.slice"), true},
		{"/1/2/3", deep, true}, // 1 may be the first component
		{"/0/1", deep, false},
		{"/2/3", deep, true},
		{"/2/4", deep, false},
		{"/", at("a", "b"), true},
		{"ssh.service", at("system.slice", "ssh.service"), false},
	} {
		s := Scope{Cgroup: test.path}
		if got := s.Match(test.e); got != test.want {
			t.Errorf("%s: %v", test.path, got)
		}
	}
}

// What only execs tell is remembered for the forks and exits of the process.
func TestScopeFollowsProcesses(t *testing.T) {
	for name, s := range map[string]*Scope{"host": {HostOnly: true}, "cgroup": {Cgroup: "system.slice"}} {
		x := exec()
		exit := &event.Exit{Process: x.Process}
		if s.Match(exit) {
			t.Errorf("%s: an exit of a process that is not known is in scope", name)
		}
		if !s.Match(x) || !s.Match(exit) || len(s.inside) != 0 {
			t.Errorf("%s: exec and exit are not in scope, or the process is remembered", name)
		}
		if !s.Match(x) {
			t.Fatal(name)
		}
		child := &event.Process{Key: event.Key{PID: 500}, Parent: x.Process}
		if !s.Match(&event.Fork{Process: child}) || !s.Match(&event.Exit{Process: child}) {
			t.Errorf("%s: the child is not in scope", name)
		}
		out := exec()
		out.PIDNS, out.CgroupParent = 4026532000, []byte("user.slice")
		if s.Match(out) || s.Match(&event.Exit{Process: out.Process}) {
			t.Errorf("%s: what is elsewhere is in scope", name)
		}
	}
}
