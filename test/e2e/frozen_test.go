package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/test/ledger"
)

// load is what the spawners do together.
type load struct {
	execs int
	bytes int // of arguments, beside the first two
}

// TestFrozenShort stops the reader, with all defaults, for 100,000 execs: none of their events is lost.
func TestFrozenShort(t *testing.T) {
	r := freeze(t, load{execs: 100_000})
	checkDegraded(t, r)
}

// TestFrozenLong does the same for 50,000 execs with 4 KB of arguments each.
func TestFrozenLong(t *testing.T) {
	r := freeze(t, load{execs: 50_000, bytes: 4096})
	checkDegraded(t, r, "args")
}

// TestFrozenSmall has a small buffer fill up to its last part: events give up one thing after the other, and none is lost.
func TestFrozenSmall(t *testing.T) {
	r := freeze(t, load{execs: 600, bytes: 20_000}, "--buffer-size", "1M")
	checkDegraded(t, r, "args-middle", "args", "paths", "details")
}

// freeze runs exectrail, which is stopped while the load runs, and finds each process of it in the output.
func freeze(t *testing.T, work load, flags ...string) ledger.Report {
	t.Helper()
	nothing := trigger(t, "nothing")
	out, err := os.Create(filepath.Join(publicDir(t), "output"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	l := start(t, out, append([]string{"-o", "json", "--forks", "--exits", "--redact=off"}, flags...)...)
	if err := l.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	lives := spawn(t, work, nothing)
	if err := l.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	l.signal(t, os.Interrupt, 0)

	options := ledger.Options{}
	options.Device, options.Inode = deviceAndInode(t, nothing)
	book := ledger.New(lives, options)
	if _, err := out.Seek(0, 0); err != nil {
		t.Fatal(err)
	}
	if err := book.Read(out); err != nil {
		t.Fatal(err)
	}
	r := book.Close()
	for _, fault := range r.Faults {
		t.Error(fault)
	}
	if r.FaultCount > 0 {
		t.Errorf("%d faults in all; lost are %v", r.FaultCount, r.Lost)
	}
	if sum := l.summary(t); sum.lost != 0 || sum.executed < uint64(work.execs) {
		t.Errorf("the summary is %+v after %d execs", sum, work.execs)
	}
	t.Logf("%d lives in %d events; degraded are %v", r.Lives, r.Events, r.Degraded)
	return r
}

// spawn has two spawners run the load, and returns what they logged.
func spawn(t *testing.T, work load, program string) []ledger.Life {
	t.Helper()
	const spawners = 2
	var (
		commands [spawners]*exec.Cmd
		logs     [spawners]*os.File
		lives    []ledger.Life
	)
	for i := range commands {
		logs[i] = newWitnessFile(t)
		commands[i] = exec.CommandContext(t.Context(), trigger(t, "spawner"),
			fmt.Sprint("f", i), strconv.Itoa(work.execs/spawners), program, strconv.Itoa(work.bytes))
		commands[i].ExtraFiles = []*os.File{logs[i]}
		commands[i].Stderr = os.Stderr
		if err := commands[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	for i, cmd := range commands {
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
		if _, err := logs[i].Seek(0, 0); err != nil {
			t.Fatal(err)
		}
		list, err := ledger.ReadLives(logs[i])
		if err != nil {
			t.Fatal(err)
		}
		for n := range list {
			list[n].Parent, list[n].UID = uint32(cmd.Process.Pid), strconv.Itoa(os.Getuid())
		}
		lives = append(lives, list...)
	}
	if len(lives) != work.execs {
		t.Fatalf("the spawners logged %d execs, want %d", len(lives), work.execs)
	}
	return lives
}

// deviceAndInode returns what the file of a program is known by.
func deviceAndInode(t *testing.T, path string) (device string, inode uint64) {
	t.Helper()
	var stat unix.Stat_t
	if err := unix.Stat(path, &stat); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d:%d", unix.Major(stat.Dev), unix.Minor(stat.Dev)), stat.Ino
}

// checkDegraded finds that each of the parts was left out of some event: the buffer was short of room for it.
func checkDegraded(t *testing.T, r ledger.Report, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if r.Degraded[part] == 0 {
			t.Errorf("%s is left out of no event: the load is too small for this test", part)
		}
	}
}
