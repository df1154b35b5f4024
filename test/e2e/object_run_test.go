package e2e

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Objects of package object that send a record for each call of getpgid(0x7ace), and for each exec.
const (
	perfObject = "../../object/testdata/perf.elf"
	ringObject = "../../object/testdata/ring.elf"
)

// objectAccount is what 'object run' says at its end.
type objectAccount struct {
	Buffers []struct {
		Name           string
		Received, Lost uint64
		CPUs           []struct {
			CPU            int
			Received, Lost uint64
		}
	}
	Programs []struct {
		Name string
		Runs uint64
		Mean uint64 `json:"mean_ns"`
	}
}

func (l *live) objectAccount(t *testing.T) objectAccount {
	t.Helper()
	for line := range strings.Lines(l.stderr.String()) {
		var x struct {
			Exectrail struct{ Object *objectAccount }
		}
		if err := json.Unmarshal([]byte(line), &x); err != nil {
			t.Fatalf("parse %q: %v", line, err)
		}
		if x.Exectrail.Object != nil {
			return *x.Exectrail.Object
		}
	}
	t.Fatalf("there is no account in\n%s", l.stderr.String())
	return objectAccount{}
}

// TestObjectRun has an object run from its first record to its end by a signal, and counts what it shows.
func TestObjectRun(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		l := start(t, nil, "object", "run", "-o", "json", perfObject)
		const calls = 100
		for range calls {
			_, _ = unix.Getpgid(0x7ace)
		}
		l.signal(t, signal, 0)
		if lines := strings.Count(l.stdout.String(), `"buffer":"events"`); lines != calls {
			t.Errorf("%d records were shown, want %d", lines, calls)
		}
		a := l.objectAccount(t)
		if len(a.Buffers) != 1 || a.Buffers[0].Received != calls || a.Buffers[0].Lost != 0 || len(a.Buffers[0].CPUs) == 0 {
			t.Errorf("the buffers are %+v", a.Buffers)
		}
		if len(a.Programs) != 1 || a.Programs[0].Runs < calls || a.Programs[0].Mean == 0 {
			t.Errorf("the programs are %+v", a.Programs)
		}
	}
}

// TestObjectRunLoss stops the reader of a small buffer: what is lost is counted to the last record, and can be a failure.
func TestObjectRunLoss(t *testing.T) {
	l := start(t, nil, "object", "run", "-o", "json", "--buffer-size", "4K", "--fail-on-loss", perfObject)
	if err := l.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	const calls = 1000
	for range calls {
		_, _ = unix.Getpgid(0x7ace)
	}
	if err := l.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	l.signal(t, os.Interrupt, 3)
	shown, lost := uint64(0), uint64(0)
	for line := range strings.Lines(l.stdout.String()) {
		var x struct{ Lost uint64 }
		if err := json.Unmarshal([]byte(line), &x); err != nil {
			t.Fatalf("parse %q: %v", line, err)
		}
		if lost += x.Lost; x.Lost == 0 {
			shown++
		}
	}
	if b := l.objectAccount(t).Buffers[0]; shown+lost != calls || lost == 0 || b.Received != shown || b.Lost != lost {
		t.Errorf("%d records were shown and %d told as lost, want %d in all; the account is %+v", shown, lost, calls, b)
	}
}

// TestObjectRunTime compares the wall time of a stamp with the clock around it.
func TestObjectRunTime(t *testing.T) {
	l := start(t, nil, "object", "run", "-o", "json", "--time", "time", ringObject)
	before := time.Now()
	cmd := exec.Command(trigger(t, "nothing"))
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	after := time.Now()
	l.signal(t, os.Interrupt, 0)
	type record struct {
		Timestamp time.Time `json:"@timestamp"`
		Data      struct {
			PID   int
			Comm  string
			Color string
			Place struct{ X, Y int }
		}
	}
	var found []record
	for line := range strings.Lines(l.stdout.String()) {
		var r record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("parse %q: %v", line, err)
		}
		if r.Data.PID == cmd.Process.Pid {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		t.Fatalf("process %d was shown %d times in\n%s", cmd.Process.Pid, len(found), l.stdout.String())
	}
	r := found[0]
	if r.Data.Comm != "nothing" || r.Data.Color != "GREEN" || r.Data.Place.X != 1 || r.Data.Place.Y != -2 {
		t.Errorf("got %+v", r)
	}
	// The clocks are read one after the other, and wall time is exact to 100 microseconds.
	const exact = time.Millisecond
	if r.Timestamp.Before(before.Add(-exact)) || r.Timestamp.After(after.Add(exact)) {
		t.Errorf("the time is %s, want one from %s to %s", r.Timestamp, before, after)
	}
}

// TestObjectOldStyle runs an object without types, which is told what it sends, and compares that with who called execve.
func TestObjectOldStyle(t *testing.T) {
	const (
		file   = "../../object/testdata/old_style.elf"
		format = "u64 time, u32 pid, u32 uid, u32 gid, s32 kind, char comm[32], strings args"
	)
	if !hasKprobes() {
		refused(t, exectrailBinary(t), "object", "run", "--format", format, file)
		return
	}
	l := start(t, nil, "object", "run", "-o", "json", "--time", "time", "--format", format, file)
	cmd := command(t, "plain", trigger(t, "nothing"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 1234}}
	if err := os.Chown(cmd.Dir, 65534, 1234); err != nil {
		t.Fatal(err)
	}
	before := time.Now()
	pid := execute(t, cmd)
	after := time.Now()
	l.signal(t, os.Interrupt, 0)

	type row struct {
		PID, UID, GID uint32
		Kind          int
		Comm          string
	}
	got := map[uint64]row{} // by their time: records of different processors are shown as they are met
	for line := range strings.Lines(l.stdout.String()) {
		var r struct {
			Timestamp time.Time `json:"@timestamp"`
			Data      struct {
				row
				Time uint64
				Args []string
			}
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("parse %q: %v", line, err)
		}
		if r.Data.PID != pid {
			continue
		}
		got[r.Data.Time] = r.Data.row
		if !slices.Equal(r.Data.Args, []string{"one", "two words"}) {
			t.Errorf("the strings are %q", r.Data.Args)
		}
		if r.Timestamp.Before(before.Add(-time.Second)) || r.Timestamp.After(after.Add(time.Second)) {
			t.Errorf("the time is %s, want one from %s to %s", r.Timestamp, before, after)
		}
	}
	// The test calls execve for the trigger, and the trigger for the program.
	own := ownComm(t)
	want := []row{
		{pid, 65534, 1234, 1, own}, {pid, 65534, 1234, -1, "plain"},
		{pid, 65534, 1234, 1, "plain"}, {pid, 65534, 1234, -1, "nothing"},
	}
	var ordered []row
	for _, at := range slices.Sorted(maps.Keys(got)) {
		ordered = append(ordered, got[at])
	}
	if !slices.Equal(ordered, want) {
		t.Errorf("got %+v, want %+v", ordered, want)
	}
}
