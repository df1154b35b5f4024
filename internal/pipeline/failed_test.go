package pipeline

import (
	"testing"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/wire"
)

// TestFailed has a process that tries in vain, and one that nobody knew.
func TestFailed(t *testing.T) {
	s := newSession(t, everything())
	s.life("sh")
	s.feed(wire.Record{Kind: wire.Name, Name: wire.NameOf{ID: 7, Name: []byte("ann")}})
	fail := func(id, parent wire.ID, seq uint64) *event.ExecFailed {
		return s.feed(wire.Record{Kind: wire.Failed, Seq: seq, Time: 80, ID: id, Parent: parent, Failed: event.ExecFailed{
			Attempt: event.Attempt{Task: event.Task{Comm: []byte("sh")}, Credentials: event.Credentials{UID: 7}},
			Code:    "ENOENT",
		}})[0].(*event.ExecFailed)
	}
	e := fail(shell, wire.ID{PID: 1, Start: 1, ExecID: 1}, 1)
	if e.Process == nil || e.Process.Executable != "/bin/sh" || e.Process.Parent == nil || e.Process.Parent.Key.PID != 1 {
		t.Errorf("the caller is %+v", e.Process)
	}
	if e.User != "ann" || e.Code != "ENOENT" {
		t.Errorf("got %+v", e)
	}
	e = fail(wire.ID{PID: 999, Start: 70, ExecID: 3}, shell, 2)
	if p := e.Process; p == nil || p.Name != "sh" || p.Executable != "" || p.EntityID == "" || p.Parent.Executable != "/bin/sh" {
		t.Errorf("a caller that was not known is %+v", p)
	}
}

func TestFailedNotWanted(t *testing.T) {
	s := newSession(t, Options{})
	s.numbered(wire.Failed, 0, 1, 10)
	s.numbered(wire.Failed, 0, 4, 20)
	s.want("1 lost cpu0 2 exec-failed buffer-full in 10..20")
}
