package pipeline

import (
	"strings"
	"testing"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/redact"
	"github.com/exectrail/exectrail/internal/wire"
)

func list(s string) event.Strings { return event.Strings{Raw: []byte(s), Size: uint64(len(s))} }

// TestRedact has secrets in all that a record tells: neither the event nor what is known of processes later has one.
func TestRedact(t *testing.T) {
	s := newSession(t, Options{
		Failed: true, EnvNames: []string{"TOKEN"}, Redactor: redact.New(redact.Options{Known: true}),
	})
	parent, child := wire.ID{PID: 10, Start: 1, ExecID: 2}, wire.ID{PID: 11, Start: 2, ExecID: 3}
	e := s.feed(wire.Record{Kind: wire.Exec, Seq: 1, Time: 5, ID: parent, Exec: event.Exec{
		Attempt: event.Attempt{Args: list("mysql\x00-pfake-secret\x00")},
		Env:     list("PGPASSWORD=fake-secret\x00TOKEN=fake-secret\x00"),
	}})[0].(*event.Exec)
	if got := string(e.Args.Raw); got != "mysql\x00-p[redacted]\x00" || e.Args.Missing() != 0 || e.Redacted != 2 {
		t.Errorf("got %q, %d bytes missing, %d replaced", got, e.Args.Missing(), e.Redacted)
	}
	if got := string(e.Env.Raw); got != "TOKEN=[redacted]\x00" {
		t.Errorf("got %q", got)
	}
	s.feed(wire.Record{Kind: wire.Snapshot, Time: 6, ID: wire.ID{PID: 9, Start: 1, ExecID: 1}, Task: wire.Task{Args: []byte("a\x00--password=fake-secret\x00")}})
	f := s.feed(wire.Record{Kind: wire.Failed, Seq: 1, Time: 7, ID: child, Parent: parent, Failed: event.ExecFailed{
		Attempt: event.Attempt{Args: list("a\x00--password\x00fake-secret\x00"), Filename: []byte("curl -u a:fake-secret x")},
		Cause:   event.CauseNoFile, Detail: []byte("curl -u a:fake-secret"),
	}})[0].(*event.ExecFailed)
	for _, text := range []string{
		string(f.Filename), string(f.Detail), string(event.AppendFailure(nil, f)), f.Process.Parent.Args,
	} {
		if strings.Contains(text, "fake-secret") || !strings.Contains(text, redact.Mark) {
			t.Errorf("got %q", text)
		}
	}
}
