package pipeline

import (
	"errors"
	"testing"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/wire"
)

func lostSince(e event.Event) time.Time { return e.(*event.Lost).Since }

func processOf(e event.Event) *event.Process {
	switch e := e.(type) {
	case *event.Exec:
		return e.Process
	case *event.Fork:
		return e.Process
	case *event.Exit:
		return e.Process
	}
	return nil
}

var (
	shell      = wire.ID{PID: 100, Start: 10, ExecID: 3}
	child      = wire.ID{PID: 200, Start: 50, ExecID: 3}
	childAfter = wire.ID{PID: 200, Start: 50, ExecID: 4}
)

// life feeds a shell that was there before, its child, what that runs, and its end.
func (s *session) life(previousComm string) *event.Exec {
	s.t.Helper()
	s.feed(wire.Record{Kind: wire.Snapshot, Time: 20, ID: shell, Task: wire.Task{
		Comm: []byte("sh"), Executable: []byte("/bin/sh"), Directory: []byte("/srv"), Args: []byte("sh\x00-i\x00"), UID: 7, GID: 8,
	}})
	s.feed(wire.Record{Kind: wire.Fork, Seq: 1, Time: 50, ID: child, Parent: shell, Task: wire.Task{Comm: []byte("sh"), NamespacePID: 20}})
	var exec *event.Exec
	for _, e := range s.feed(wire.Record{Kind: wire.Exec, Seq: 1, Time: 60, ID: childAfter, Parent: shell, Exec: event.Exec{
		Attempt:      event.Attempt{Task: event.Task{Comm: []byte("ls")}, Credentials: event.Credentials{UID: 7}},
		PreviousComm: []byte(previousComm), Executable: []byte("/bin/ls"),
	}}) {
		exec = e.Clone().(*event.Exec)
	}
	s.feed(wire.Record{Kind: wire.Exit, Seq: 1, Time: 70, ID: childAfter, Exit: event.Exit{Status: 3, ParentPID: 100}})
	return exec
}

func TestLife(t *testing.T) {
	s := newSession(t, everything())
	s.life("sh")
	if len(s.events) != 3 {
		t.Fatalf("got %d events", len(s.events))
	}
	fork, exec, exit := s.events[0].(*event.Fork), s.events[1].(*event.Exec), s.events[2].(*event.Exit)
	if fork.NamespacePID != 20 || fork.Process.Executable != "/bin/sh" || fork.Process.Parent.Args != "sh\x00-i\x00" {
		t.Errorf("fork: %+v of %+v", fork, fork.Process)
	}
	if exec.Previous == nil || exec.Previous.Executable != "/bin/sh" || exec.Process.Executable != "/bin/ls" || exec.Process.Parent.Key.PID != 100 {
		t.Errorf("exec: %+v after %+v", exec.Process, exec.Previous)
	}
	if exec.Previous.EntityID != fork.Process.EntityID || exec.Process.EntityID == fork.Process.EntityID {
		t.Errorf("entities: %s, then %s and %s", fork.Process.EntityID, exec.Previous.EntityID, exec.Process.EntityID)
	}
	if exit.Status != 3 || exit.ParentPID != 100 || exit.Process.EntityID != exec.Process.EntityID || exit.Duration() != 20 {
		t.Errorf("exit: %+v of %+v", exit, exit.Process)
	}
}

// TestSwitchedOff finds that forks and exits that nobody wants to see are known all the same.
func TestSwitchedOff(t *testing.T) {
	s := newSession(t, Options{})
	exec := s.life("sh")
	s.want("1 exec cpu0 #1 at 60")
	if exec.Previous == nil || exec.Previous.Executable != "/bin/sh" || exec.Process.Parent == nil {
		t.Errorf("the fork was not told to the table: %+v", exec)
	}
	late := s.feed(wire.Record{Kind: wire.Fork, Seq: 2, Time: 80, ID: wire.ID{PID: 300, Start: 80, ExecID: 4}, Parent: childAfter})
	if len(late) != 0 {
		t.Errorf("a fork came: %v", late)
	}
	orphan := s.feed(wire.Record{Kind: wire.Exec, Seq: 2, Time: 90, ID: wire.ID{PID: 300, Start: 80, ExecID: 5}, Parent: shell})[0]
	if parent := processOf(orphan).Parent; parent == nil || parent.Key.PID != 200 || !parent.Exited {
		t.Errorf("the exit was not told to the table: the parent is %+v", parent)
	}
}

// TestPreviousComm falls back on what the table knows when the kernel did not tell.
func TestPreviousComm(t *testing.T) {
	for told, want := range map[string]string{"": "sh", "worker": "worker"} {
		s := newSession(t, Options{})
		if got := string(s.life(told).PreviousComm); got != want {
			t.Errorf("told %q: got %q, want %q", told, got, want)
		}
	}
	s := newSession(t, Options{})
	e := s.feed(wire.Record{Kind: wire.Exec, Seq: 1, Time: 60, ID: childAfter, Parent: shell})[0].(*event.Exec)
	if len(e.PreviousComm) != 0 || e.Previous != nil {
		t.Errorf("of a process that was not known: got %q, %+v", e.PreviousComm, e.Previous)
	}
}

func TestNames(t *testing.T) {
	s := newSession(t, Options{})
	name := func(id uint32, group bool, text string) {
		s.feed(wire.Record{Kind: wire.Name, Name: wire.NameOf{ID: id, Group: group, Name: []byte(text)}})
	}
	exec := func(seq uint64) event.Names {
		return s.feed(wire.Record{Kind: wire.Exec, Seq: seq, Exec: event.Exec{Attempt: event.Attempt{Credentials: event.Credentials{
			UID: 1, EUID: 2, SUID: 3, GID: 1, EGID: 2, SGID: 3, LoginUID: 4,
		}}}})[0].(*event.Exec).Names
	}
	if got := exec(1); got != (event.Names{}) {
		t.Errorf("with none told: got %+v", got)
	}
	for id, text := range map[uint32]string{1: "ann", 2: "bob", 3: "eve", 4: "jim"} {
		name(id, false, text)
		name(id, true, text+"s")
	}
	want := event.Names{
		User: "ann", EffectiveUser: "bob", SavedUser: "eve", LoginUser: "jim",
		Group: "anns", EffectiveGroup: "bobs", SavedGroup: "eves",
	}
	if got := exec(2); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	name(1, false, "anna")
	name(2, false, "")
	want.User, want.EffectiveUser = "anna", ""
	if got := exec(3); got != want {
		t.Errorf("after a change: got %+v, want %+v", got, want)
	}
	if got, known := s.reader.NameOf(2, false); got != "" || !known {
		t.Errorf("a name that was taken away: got %q, %v", got, known)
	}
	if got, known := s.reader.NameOf(9, true); got != "" || known {
		t.Errorf("a name that was never told: got %q, %v", got, known)
	}
}

// TestReconcile drops a process whose exit was lost.
func TestReconcile(t *testing.T) {
	s := newSession(t, Options{})
	s.feed(wire.Record{Kind: wire.Fork, Seq: 1, Time: 50, ID: child, Parent: shell})
	asked := map[event.Key]bool{}
	s.reader.Reconcile(func(k event.Key) bool {
		asked[k] = true
		return k.PID != child.PID
	})
	if !asked[event.Key{PID: child.PID, Start: child.Start}] {
		t.Errorf("asked for %v only", asked)
	}
	e := s.feed(wire.Record{Kind: wire.Fork, Seq: 2, Time: 60, ID: wire.ID{PID: 300, Start: 60, ExecID: 3}, Parent: child})
	if len(e) != 0 {
		t.Errorf("got %v", e)
	}
	exec := s.feed(wire.Record{Kind: wire.Exec, Seq: 1, Time: 70, ID: wire.ID{PID: 300, Start: 60, ExecID: 4}, Parent: child})[0]
	if parent := processOf(exec).Parent; parent == nil || !parent.Exited {
		t.Errorf("the parent is %+v", parent)
	}
}

// TestDecode passes on what is wrong with a record.
func TestDecode(t *testing.T) {
	s := newSession(t, Options{})
	if _, err := s.reader.Decode([]byte("no record")); !errors.Is(err, wire.ErrRecord) {
		t.Errorf("got %v", err)
	}
	r, err := s.reader.Decode(wire.AppendName(nil, 5, wire.NameOf{ID: 1, Name: []byte("ann")}))
	if err != nil || string(r.Name.Name) != "ann" {
		t.Errorf("got %+v, %v", r, err)
	}
	if events := s.reader.Handle(nil); len(events) != 0 {
		t.Errorf("got %v", events)
	}
}
