package lives

import (
	"testing"

	"github.com/exectrail/exectrail/event"
)

// What is beyond the limits is counted, and what is within goes on.
func TestLimits(t *testing.T) {
	c := NewCollector(nil)
	known := &event.Process{Key: event.Key{PID: 1, Start: 1}}
	c.Add(&event.Fork{Meta: event.Meta{Boot: 1}, Process: known})
	c.execs = MaxExecs - 1
	for range 3 {
		c.Add(&event.Exec{Meta: event.Meta{Boot: 2}, Process: known})
		c.Add(&event.ExecFailed{Meta: event.Meta{Boot: 2}, Process: known})
	}
	c.order = append(c.order, make([]*life, MaxProcesses-1)...) // as if there were so many
	c.Add(&event.Fork{Meta: event.Meta{Boot: 3}, Process: &event.Process{Key: event.Key{PID: 2, Start: 2}}})
	c.Add(&event.Exit{Meta: event.Meta{Boot: 4}, Process: known})
	c.order = c.order[:1]
	r := c.Run()
	if len(r.Processes) != 1 || len(r.Processes[0].Programs) != 1 || len(r.Processes[0].Failed) != 0 || !r.Processes[0].Ended() {
		t.Errorf("processes: %+v", r.Processes)
	}
	if r.Omitted != 6 || r.Recorded != 9 {
		t.Errorf("%d omitted, %d recorded", r.Omitted, r.Recorded)
	}
}

// Records that are damaged must not make lives that end before they begin.
func TestDamaged(t *testing.T) {
	c := NewCollector(nil)
	p := &event.Process{Key: event.Key{PID: 1, Start: 100}, Parent: &event.Process{Key: event.Key{PID: 2, Start: 200}}}
	parent := p.Parent
	c.Add(&event.Fork{Meta: event.Meta{Boot: 200}, Process: parent})
	c.Add(&event.Exec{Meta: event.Meta{Boot: 50}, Process: p})
	c.Add(&event.ExecFailed{Meta: event.Meta{Boot: 40}, Process: p})
	c.Add(&event.Exit{Meta: event.Meta{Boot: 30}, Process: p, Status: 3, Signal: 9})
	c.Add(&event.Exec{Meta: event.Meta{Boot: 20}, Process: p})
	c.Add(&event.Exec{Meta: event.Meta{Boot: 20}})
	r := c.Run()
	if len(r.Processes) != 2 {
		t.Fatalf("processes: %+v", r.Processes)
	}
	l := r.Processes[0]
	if l.PID != 1 || l.Parent != -1 || len(l.Programs) != 1 || l.Programs[0].Time.Before(l.Start) || l.End.Before(l.Start) || l.Failed[0].Time.Before(l.Start) {
		t.Errorf("its life is %+v", l)
	}
	if l.ExitCode != 0 || l.Signal != 9 {
		t.Errorf("exit %d, signal %d", l.ExitCode, l.Signal)
	}
}
