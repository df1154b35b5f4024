package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
)

// The sizes below make rings of half a MiB each.
const smallBuffer = 1 << 20

// skeletal is what is left out of an exec at last, without an environment.
const skeletal = event.PartArgs | event.PartPaths | event.PartDetails

// TestDegraded fills the rings with execs that nobody reads: the fuller they are, the less is told of each, but
// none is lost, and what is told is right.
func TestDegraded(t *testing.T) {
	r := open(t, exectrail.WithForks(), exectrail.WithExits(), exectrail.WithBufferSize(smallBuffer))
	nothing := trigger(t, "nothing")
	var file unix.Stat_t
	must(t, unix.Stat(nothing, &file))

	const pieces = 80 // of 4 KiB each
	long := make([]string, pieces)
	for i := range long {
		long[i] = strings.Repeat(string(rune('A'+i%26)), 4<<10-1)
	}
	whole := execute(t, exec.Command(nothing, long...)) // takes more than half of the main ring
	ends := execute(t, exec.Command(nothing, long...))
	const count = 1200
	log := newWitnessFile(t)
	spawner := exec.Command(trigger(t, "spawner"), "fill", strconv.Itoa(count), nothing)
	spawner.ExtraFiles = []*os.File{log}
	execute(t, spawner)

	go r.read()
	events := r.stop(t)
	for kind, counts := range map[string]exectrail.Counts{"execs": r.stats.Execs, "forks": r.stats.Forks, "exits": r.stats.Exits} {
		if counts.Lost() > 0 || counts.Recorded < count {
			t.Errorf("%s: %+v", kind, counts)
		}
	}
	execs := map[uint32]*event.Exec{}
	var levels []event.Parts
	for _, e := range of[*event.Exec](events) {
		execs[e.PID] = e
	}
	var raw bytes.Buffer
	fmt.Fprintf(&raw, "%s\x00%s\x00", nothing, strings.Join(long, "\x00"))
	argv := raw.Bytes()
	if e := execs[whole]; e.Degraded != 0 || !bytes.Equal(e.Args.Raw, argv) {
		t.Errorf("the first lacks %v, and has %d bytes of argv", e.Degraded, len(e.Args.Raw))
	}
	e := execs[ends]
	if e.Degraded != event.PartArgsMiddle || e.Args.Size != uint64(len(argv)) || e.Args.Tail != 4096 ||
		!bytes.Equal(e.Args.Head(), argv[:4096]) || !bytes.Equal(e.Args.TailBytes(), argv[len(argv)-4096:]) {
		t.Errorf("the second lacks %v, and has %d and %d bytes of argv", e.Degraded, len(e.Args.Head()), len(e.Args.TailBytes()))
	}
	for _, s := range readLog(t, log.Name(), count) {
		e := execs[s.pid]
		if e == nil {
			t.Fatalf("%s was not recorded", s.marker)
		}
		if e.Degraded&^event.PartArgsMiddle != 0 {
			levels = append(levels, e.Degraded)
		}
		checkRest(t, e, s, nothing, &file)
	}
	if !slices.IsSorted(levels) {
		t.Errorf("the parts left out are, in the order of time, %v", slices.Compact(levels))
	}
	for _, want := range []event.Parts{event.PartArgs, event.PartArgs | event.PartPaths, skeletal} {
		if !slices.Contains(levels, want) {
			t.Errorf("of none %v was left out", want)
		}
	}
	if r.stats.Execs.Degraded < uint64(len(levels))+1 {
		t.Errorf("%d are counted as degraded, which are %d at least", r.stats.Execs.Degraded, len(levels)+1)
	}
}

// checkRest compares what is there of an exec with what its spawner knows.
func checkRest(t *testing.T, e *event.Exec, s spawned, path string, file *unix.Stat_t) {
	t.Helper()
	wantArgs := "flood\x00" + s.marker + "\x00"
	if got := string(e.Args.Raw); e.Degraded.Has(event.PartArgs) != (got == "") || got != "" && got != wantArgs {
		t.Errorf("%s lacks %v, and has argv %q", s.marker, e.Degraded, got)
	}
	if e.Args.Size != uint64(len(wantArgs)) || e.ArgCount != 2 {
		t.Errorf("%s has %d arguments of %d bytes", s.marker, e.ArgCount, e.Args.Size)
	}
	if got := string(e.Executable); e.Degraded.Has(event.PartPaths) != (got == "") || got != "" && got != path {
		t.Errorf("%s lacks %v, and is %q", s.marker, e.Degraded, got)
	}
	device := unix.Mkdev(e.File.DeviceMajor, e.File.DeviceMinor)
	if e.File.Inode != file.Ino || device != file.Dev || string(e.Comm) != filepath.Base(path) {
		t.Errorf("%s is %s, inode %d of device %d, want %d of %d", s.marker, e.Comm, e.File.Inode, device, file.Ino, file.Dev)
	}
	if e.UID != uint32(os.Getuid()) || e.Process.Parent == nil || e.Process.Parent.Name != "spawner" {
		t.Errorf("%s is of user %d, child of %+v", s.marker, e.UID, e.Process.Parent)
	}
}

// TestFilledIn has programs that still run when the reader comes to the little that was
// kept of their exec: the rest is read from /proc, unless they run another one by then.
func TestFilledIn(t *testing.T) {
	r := open(t, exectrail.WithForks(), exectrail.WithExits(), exectrail.WithBufferSize(smallBuffer))
	spawner := exec.Command(trigger(t, "spawner"), "fill", "1000", trigger(t, "nothing"))
	spawner.ExtraFiles = []*os.File{newWitnessFile(t)}
	execute(t, spawner)

	dir := publicDir(t)
	stays := blocked(t, dir, trigger(t, "target"), "two words", "", "end")
	goesOn := blocked(t, dir, trigger(t, "plain"), trigger(t, "target"), "goes on")
	position := r.position()
	go r.read()
	is := func(cmd *exec.Cmd, n int) *event.Exec {
		return r.await(t, position, cmd.Path, func(e event.Event) bool {
			x, ok := e.(*event.Exec)
			if ok && x.PID == uint32(cmd.Process.Pid) {
				n--
			}
			return ok && n == 0 && x.PID == uint32(cmd.Process.Pid)
		}).(*event.Exec)
	}
	e := is(stays, 1)
	want := strings.Join(stays.Args, "\x00") + "\x00"
	if e.Degraded != skeletal || e.FilledIn != event.PartArgs|event.PartPaths {
		t.Errorf("left out is %v, filled in %v", e.Degraded, e.FilledIn)
	}
	if string(e.Args.Raw) != want || string(e.Executable) != stays.Path || string(e.Directory) != dir {
		t.Errorf("it is %s %q in %s, want %s %q in %s", e.Executable, e.Args.Raw, e.Directory, stays.Path, want, dir)
	}
	if e := is(goesOn, 1); e.FilledIn != 0 || len(e.Args.Raw) > 0 || len(e.Executable) > 0 {
		t.Errorf("what it runs now was filled in for what it ran then: %s %q", e.Executable, e.Args.Raw)
	}
	if e := is(goesOn, 2); e.FilledIn != event.PartArgs|event.PartPaths || string(e.Executable) != trigger(t, "target") {
		t.Errorf("of what it runs now %v was filled in: %s", e.FilledIn, e.Executable)
	}
	r.stop(t)
}

// blocked starts a command that does not get on once the target that it is, or becomes, writes what it found.
func blocked(t *testing.T, dir, path string, args ...string) *exec.Cmd {
	t.Helper()
	read, write, err := os.Pipe()
	must(t, err)
	defer write.Close()
	size, err := unix.FcntlInt(write.Fd(), unix.F_SETPIPE_SZ, 4096)
	must(t, err)
	_, err = write.Write(make([]byte, size))
	must(t, err)
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	cmd.ExtraFiles = []*os.File{write}
	must(t, cmd.Start())
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", cmd.Process.Pid))
		must(t, err)
		// It has its name before its exec is recorded, but sleeps only after that.
		if bytes.Contains(stat, []byte("(target) S")) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not wait for its pipe: %s", path, stat)
		}
	}
	t.Cleanup(func() {
		read.Close()
		cmd.Process.Kill()
		cmd.Wait()
	})
	return cmd
}
