package proctable

import (
	"testing"
	"time"

	"github.com/exectrail/exectrail/event"
)

const bootID = "6f1f8d0c-3b1e-4f0a-9d57-0a8f6f0f2c11"

// TestEntityID pins the layout. The wanted values are what sha256sum prints.
func TestEntityID(t *testing.T) {
	tests := []struct {
		bootID string
		id     ID
		want   string
	}{
		{bootID, ID{PID: 1, Start: 10000000, ExecID: 1}, "00362ad71bb9aa0d66bad378fc14dc03"},
		{bootID, ID{PID: 4194303, Start: 1234567890123456, ExecID: 2}, "4d778eff918e3e2172968cff4f4f83c8"},
		{bootID, ID{PID: 4194303, Start: 1234567890123456, ExecID: 3}, "b687a755c8f3117f2c76d89af9e23a5d"},
		{"", ID{PID: 1<<32 - 1, Start: 1<<64 - 1, ExecID: 1<<64 - 1}, "c72b6c5cfda89af0ef99e61da11eb300"},
	}
	for _, tt := range tests {
		tab := New(tt.bootID, Options{})
		if p := tab.Exit(1, tt.id); p.EntityID != tt.want {
			t.Errorf("%q %v: %s, want %s", tt.bootID, tt.id, p.EntityID, tt.want)
		}
	}
}

// TestStringsMayBeKept keeps the strings of a process over its next execs, and its
// Exec records in buffers that are overwritten.
func TestStringsMayBeKept(t *testing.T) {
	tab := New(bootID, Options{})
	buf := []byte("one/bin/one/tmpone\x00-1\x00")
	exec := func(execID uint64) *event.Process {
		p, _ := tab.Exec(&Exec{
			Time: 10, ID: ID{PID: 5, Start: 1, ExecID: execID},
			Name: buf[:3], Executable: buf[3:11], Directory: buf[11:15], Args: buf[15:],
		})
		return p
	}
	kept := *exec(1)
	copy(buf, "two/bin/two/opttwo\x00-2\x00")
	now := exec(2)
	if kept.Name != "one" || kept.Executable != "/bin/one" || kept.Directory != "/tmp" || kept.Args != "one\x00-1\x00" {
		t.Errorf("kept strings became %+v", kept)
	}
	if now.Name != "two" || now.Executable != "/bin/two" || now.Directory != "/opt" || now.Args != "two\x00-2\x00" {
		t.Errorf("the process runs %+v", now)
	}
	if kept.EntityID == now.EntityID {
		t.Error("an exec did not change the entity id")
	}
}

func TestArgsAreCut(t *testing.T) {
	tests := []struct {
		size, want  int
		missing, is bool
	}{
		{0, 0, false, false},
		{maxArgs, maxArgs, false, false},
		{maxArgs, maxArgs, true, true},
		{10, 10, true, true},
		{maxArgs + 1, maxArgs, false, true},
	}
	for _, tt := range tests {
		p, _ := New(bootID, Options{}).Exec(&Exec{ID: ID{PID: 5, Start: 1}, Args: make([]byte, tt.size), ArgsCut: tt.missing})
		if len(p.Args) != tt.want || p.ArgsCut != tt.is {
			t.Errorf("%d bytes, missing %t: kept %d, cut %t", tt.size, tt.missing, len(p.Args), p.ArgsCut)
		}
	}
}

func TestClock(t *testing.T) {
	tab := New(bootID, Options{})
	boot := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tab.SetClock(time.Duration(boot.UnixNano()))
	first := tab.Fork(&Fork{Time: 20e9, ID: ID{PID: 5, Start: 20e9}})
	if want := boot.Add(20 * time.Second); first.Started != want {
		t.Errorf("started at %v, want %v", first.Started, want)
	}
	tab.SetClock(time.Duration(boot.Add(time.Hour).UnixNano()))
	second := tab.Fork(&Fork{Time: 21e9, ID: ID{PID: 6, Start: 21e9}, Parent: ID{PID: 5, Start: 20e9}})
	if want := boot.Add(time.Hour + 21*time.Second); second.Started != want || second.Parent.Started != boot.Add(20*time.Second) {
		t.Errorf("after a step started at %v, its parent at %v", second.Started, second.Parent.Started)
	}
}
