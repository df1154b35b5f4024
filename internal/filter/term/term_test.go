package term

import (
	"testing"

	"github.com/exectrail/exectrail/event"
)

func TestMatch(t *testing.T) {
	root := &event.Process{Key: event.Key{PID: 7}, Name: "init"}
	p := &event.Process{Key: event.Key{PID: 9}, Parent: root, Name: "sh", UID: 1000, GID: 100}
	attempt := event.Attempt{
		Task: event.Task{PID: 9, ParentPID: 7, Comm: []byte("sh")}, Credentials: event.Credentials{UID: 1000, GID: 100},
		Namespaces: event.Namespaces{PIDNS: HostPIDNamespace, MountNS: 5}, Cgroup: event.Cgroup{CgroupID: 3},
	}
	exec := &event.Exec{Attempt: attempt, Process: p}
	skeleton := &event.ExecFailed{Attempt: attempt, Process: p}
	skeleton.Degraded = event.PartDetails
	exit, fork := &event.Exit{Process: p, ParentPID: 7}, &event.Fork{Process: p}
	is := func(n uint32) Range { return Range{Set: true, Min: n, Max: n} }
	for _, test := range []struct {
		terms Terms
		want  []event.Event // of exec, skeleton, exit and fork
	}{
		{Terms{}, []event.Event{exec, skeleton, exit, fork}},
		{Terms{UID: is(1000), GID: is(100), PID: is(9), PPID: is(7), Comm: "sh"}, []event.Event{exec, skeleton, exit, fork}},
		{Terms{UID: Range{Set: true, Min: 1, Max: 999}}, nil},
		{Terms{GID: is(0)}, nil},
		{Terms{PID: is(7)}, nil},
		{Terms{PPID: is(9)}, nil},
		{Terms{Comm: "shx"}, nil},
		{Terms{Under: 9}, []event.Event{exec, skeleton, exit, fork}},
		{Terms{Under: 7}, []event.Event{exec, skeleton, exit, fork}},
		{Terms{Under: 8}, nil},
		{Terms{HostOnly: true, MountNS: 5, PIDNS: HostPIDNamespace, Cgroup: 3}, []event.Event{exec}},
		{Terms{MountNS: 6}, nil},
		{Terms{Cgroup: 4}, nil},
	} {
		for _, e := range []event.Event{exec, skeleton, exit, fork} {
			want := false
			for _, w := range test.want {
				want = want || w == e
			}
			if got := test.terms.Match(e); got != want {
				t.Errorf("%+v of %s is %v", test.terms, e.Action(), got)
			}
		}
		if !test.terms.Match(&event.Lost{}) || !test.terms.Match(&event.Clock{}) {
			t.Errorf("%+v does not select loss, or the clock", test.terms)
		}
	}
}

func TestRange(t *testing.T) {
	r := Range{Set: true, Min: 5, Max: 9}
	if r.And(Range{}) != r || (Range{}).And(r) != r || r.And(Range{Set: true, Min: 7, Max: 20}) != (Range{Set: true, Min: 7, Max: 9}) {
		t.Error("ranges are not joined")
	}
	if !r.Holds(5) || !r.Holds(9) || r.Holds(4) || r.Holds(10) || !(Range{}).Holds(0) || (Range{Set: true, Min: 1}).Holds(0) {
		t.Error("a range holds something else")
	}
}
