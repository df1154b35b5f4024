package wire

import (
	"strings"
	"testing"

	"github.com/exectrail/exectrail/event"
)

func sampleSkeleton() skeleton {
	return skeleton{
		Head:   head{Kind: uint8(Skeleton), Cpu: 3, Lane: 1, Seq: 41, Time: 5_000_000_100},
		Self:   id{Start: 5_000_000_000, ExecId: 8, Pid: 4242, Tid: 4242},
		Parent: id{Start: 4_000_000_000, ExecId: 7, Pid: 4200, Tid: 4201},
		File:   bpfFile{Inode: 777, Device: 259<<20 | 2, Links: 5},
		Uid:    1000, Gid: 2000, Argc: 2, ArgsLen: 6, Envc: 23, Comm: name16("ls"),
	}
}

func TestExecSkeleton(t *testing.T) {
	x := sampleSkeleton()
	x.Flags = uint16((privilegesRaised | fileDeleted | upperLayer | loaderEnv) >> skeletonFlags)
	r := decode(t, build(&x, &x.Head, ""))
	e := &r.Exec
	if r.Kind != Exec || r.Seq != 41 || r.Stream != StreamOf(3, 1) || r.Time != 5_000_000_100 {
		t.Errorf("got kind %d, number %d of stream %d at %d", r.Kind, r.Seq, r.Stream, r.Time)
	}
	if r.ID != (ID{4242, 5_000_000_000, 8}) || r.Parent != (ID{4200, 4_000_000_000, 7}) || e.PID != 4242 || e.ParentPID != 4200 {
		t.Errorf("got %+v, child of %+v", r.ID, r.Parent)
	}
	if e.UID != 1000 || e.GID != 2000 || e.EUID != event.NoID || e.LoginUID != event.NoID || string(e.Comm) != "ls" {
		t.Errorf("got %q of %+v", e.Comm, e.Credentials)
	}
	want := event.File{DeviceMajor: 259, DeviceMinor: 2, Inode: 777, Links: 5, Deleted: true, UpperLayer: true}
	if e.File != want || !e.PrivilegesRaised || !e.LoaderEnv || e.EnvCount != 23 || e.ArgCount != 2 {
		t.Errorf("got %+v", e)
	}
	if e.Args.Missing() != 6 || e.Degraded != event.PartArgs|event.PartPaths|event.PartDetails || e.FilledIn != 0 {
		t.Errorf("%d bytes are missing, left out is %v", e.Args.Missing(), e.Degraded)
	}

	x.Flags, x.ArgsLen = uint16(withEnv>>skeletonFlags), 0
	if got := decode(t, build(&x, &x.Head, "")).Exec.Degraded; got != event.PartEnv|event.PartPaths|event.PartDetails {
		t.Errorf("with an environment, and without arguments, left out is %v", got)
	}
}

func TestFailedSkeleton(t *testing.T) {
	x := sampleSkeleton()
	x.File, x.Error, x.Flags = bpfFile{}, 2, uint16((compat|sharesRoot)>>skeletonFlags)
	r := decode(t, build(&x, &x.Head, ""))
	e := &r.Failed
	if r.Kind != Failed || e.Code != "ENOENT" || e.Errno != 2 || !e.Compat || !e.SharesRoot || e.ArgsUnreadable {
		t.Errorf("got kind %d, %+v", r.Kind, e)
	}
	if e.PID != 4242 || e.Args.Size != 6 || e.Degraded != event.PartArgs|event.PartPaths|event.PartDetails {
		t.Errorf("got %+v", e)
	}
}

// TestLeftOut has an exec whose record came, but not all that belongs to it.
func TestLeftOut(t *testing.T) {
	const (
		argv   = "abc\x00"
		middle = event.PartArgsMiddle
	)
	end := chunkRecord(3, 41, false, 7, "f\x00")
	for _, test := range []struct {
		name   string
		flags  uint32
		before [][]byte
		want   event.Parts
	}{
		{"nothing", 0, [][]byte{chunkRecord(3, 41, false, 0, argv)}, 0},
		{"the middle", lessArgs, [][]byte{chunkRecord(3, 41, false, 0, argv), end}, middle},
		{"all", lessArgs, nil, event.PartArgs},
		{"the environment", lessEnv, [][]byte{chunkRecord(3, 41, false, 0, argv), end}, event.PartEnv},
		{"the middle of it", lessEnv, [][]byte{chunkRecord(3, 41, true, 0, "A=1\x00")}, middle},
		{"both", lessArgs | lessEnv, nil, event.PartArgs | event.PartEnv},
		{"texts", noTexts, nil, event.PartPaths},
	} {
		x, none := sampleExec(), texts{}
		x.Attempt.Flags, x.Attempt.ArgsLen, x.EnvLen = test.flags|withEnv, 9, 7
		e := &decode(t, append(test.before, execRecord(x, none))...).Exec
		if e.Degraded != test.want {
			t.Errorf("%s: got %v, want %v", test.name, e.Degraded, test.want)
		}
		if paths := string(e.Executable) + string(e.Directory); test.flags&noTexts != 0 && paths != "" {
			t.Errorf("%s: got %s", test.name, paths)
		}
	}
}

// TestFailedEnds has a failed exec of which the beginning and the end of argv were kept.
func TestFailedEnds(t *testing.T) {
	texts := sampleTexts()
	texts.args = strings.Repeat("a", stringsEnd) + strings.Repeat("z", stringsEnd)
	x := sampleFailed()
	x.Attempt.ArgsLen, x.Attempt.Flags = 3*stringsEnd, lessArgs
	e := &decode(t, failedRecord(x, texts)).Failed
	if e.Args.Tail != stringsEnd || e.Args.Missing() != stringsEnd || e.Degraded != event.PartArgsMiddle {
		t.Errorf("got a tail of %d, %d missing, %v", e.Args.Tail, e.Args.Missing(), e.Degraded)
	}
	texts.args = texts.args[:stringsEnd]
	e = &decode(t, failedRecord(x, texts)).Failed
	if e.Args.Tail != 0 || e.Args.Missing() != 2*stringsEnd || e.Degraded != event.PartArgsMiddle {
		t.Errorf("got a tail of %d, %d missing, %v", e.Args.Tail, e.Args.Missing(), e.Degraded)
	}
}

func TestFilled(t *testing.T) {
	x := sampleSkeleton()
	record := build(&x, &x.Head, "")
	filled := AppendFilled(nil, decode(t, record), Texts{Args: []byte("ls\x00-l\x00"), Executable: "/usr/bin/ls", Directory: "/home"})
	e := &decode(t, filled, record).Exec
	if string(e.Args.Raw) != "ls\x00-l\x00" || string(e.Executable) != "/usr/bin/ls" || string(e.Directory) != "/home" {
		t.Errorf("got %q, %s in %s", e.Args.Raw, e.Executable, e.Directory)
	}
	if e.FilledIn != event.PartArgs|event.PartPaths || e.Degraded != event.PartArgs|event.PartPaths|event.PartDetails {
		t.Errorf("left out is %v, filled in %v", e.Degraded, e.FilledIn)
	}

	// Of another exec, and of one that lacks nothing.
	other := x
	other.Head.Seq++
	if e := &decode(t, filled, build(&other, &other.Head, "")).Exec; e.FilledIn != 0 || len(e.Args.Raw) != 0 {
		t.Errorf("another exec has %q", e.Args.Raw)
	}
	whole := sampleExec()
	whole.Attempt.Head.Lane = 1
	if e := &decode(t, filled, execRecord(whole, sampleTexts())).Exec; e.FilledIn != 0 || string(e.Directory) != "/home/ann" {
		t.Errorf("an exec that lacks nothing has %v, %s", e.FilledIn, e.Directory)
	}
}
