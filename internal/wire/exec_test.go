package wire

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/bpfobj"
)

type (
	bpfCred       = bpfobj.TracerWireCred
	bpfNamespaces = bpfobj.TracerWireNamespaces
	bpfFile       = bpfobj.TracerWireFile
)

// decode decodes records in their order and returns the last.
func decode(t *testing.T, records ...[]byte) *Record {
	t.Helper()
	var d Decoder
	r := new(Record)
	for _, record := range records {
		if err := d.Decode(record, r); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func TestExec(t *testing.T) {
	r := decode(t, execRecord(sampleExec(), sampleTexts()))
	if r.Kind != Exec || r.CPU != 3 || r.Seq != 41 || r.Time != 5_000_000_100 {
		t.Errorf("head: kind %d, cpu %d, seq %d, time %d", r.Kind, r.CPU, r.Seq, r.Time)
	}
	if want := (ID{PID: 4242, Start: 5_000_000_000, ExecID: 8}); r.ID != want {
		t.Errorf("process %+v, want %+v", r.ID, want)
	}
	if want := (ID{PID: 4200, Start: 4_000_000_000, ExecID: 7}); r.Parent != want {
		t.Errorf("parent %+v, want %+v", r.Parent, want)
	}
	want := event.Exec{
		Attempt: sampleEvent(), PreviousComm: []byte("bash"),
		Interpreter: []byte{}, Executable: []byte("/usr/bin/ls"),
		File:     event.File{DeviceMajor: 259, DeviceMinor: 2, Inode: 777, Links: 5, Changed: 1_700_000_000_000_000_009},
		EnvCount: 23,
	}
	want.CallerTID = 4243
	if !reflect.DeepEqual(r.Exec, want) {
		t.Errorf("got  %+v\nwant %+v", r.Exec, want)
	}
}

// sampleEvent is what sampleAttempt and sampleTexts say.
func sampleEvent() event.Attempt {
	return event.Attempt{
		Task: event.Task{
			PID: 4242, NamespacePID: 42, ParentPID: 4200, SessionID: 4100, GroupID: 4240,
			Comm: []byte("ls"), TTY: []byte("pts/0"),
		},
		Credentials: event.Credentials{
			UID: 1000, EUID: 1001, SUID: 1002, GID: 2000, EGID: 2001, SGID: 2002,
			LoginUID: 1003, AuditSession: 17, CapEffective: 1 << 12, CapPermitted: 1 << 13,
		},
		Namespaces: event.Namespaces{PIDNS: 101, MountNS: 102, UserNS: 103, NetNS: 104, CgroupNS: 105},
		Cgroup: event.Cgroup{
			CgroupID: 6841, CgroupName: []byte("session-3.scope"), CgroupParent: []byte("user-1000.slice"),
		},
		Filename: []byte("./ls"), Directory: []byte("/home/ann"),
		Args:     event.Strings{Raw: []byte("ls\x00-l\x00"), Size: 6},
		ArgCount: 2,
	}
}

func TestExecFlags(t *testing.T) {
	type flags struct {
		Raised, Deleted, Memfd, ExeCut, DirCut, DirDeleted, Upper, Loader bool
		Stdin, Stdout                                                     event.FileType
	}
	for _, test := range []struct {
		name  string
		flags uint32
		exe   string
		want  flags
	}{
		{"none", 0, "ls\x00", flags{}},
		{"set-uid", privilegesRaised, "su\x00", flags{Raised: true}},
		{"unlinked", fileDeleted, "gone\x00tmp\x00", flags{Deleted: true}},
		{"memfd", filePseudo | fileDeleted, "memfd:x\x00", flags{Memfd: true}},
		{"pseudo, but no memfd", filePseudo, "anon_inode:x\x00", flags{}},
		{"a file that is only named so", 0, "memfd:x\x00", flags{}},
		{"executable cut", exeCut, "a\x00", flags{ExeCut: true}},
		{"directory cut", cwdCut, "a\x00", flags{DirCut: true}},
		{"directory removed", cwdDeleted, "a\x00", flags{DirDeleted: true}},
		{"upper layer", upperLayer, "a\x00", flags{Upper: true}},
		{"LD_PRELOAD", loaderEnv, "a\x00", flags{Loader: true}},
		{"input from a pipe", uint32(event.FIFO) << stdinType, "a\x00", flags{Stdin: event.FIFO}},
		{"output to a socket", uint32(event.Socket) << stdoutType, "a\x00", flags{Stdout: event.Socket}},
	} {
		x, texts := sampleExec(), sampleTexts()
		x.Attempt.Flags, texts.exe = test.flags, test.exe
		e := &decode(t, execRecord(x, texts)).Exec
		got := flags{e.PrivilegesRaised, e.File.Deleted, e.File.Memfd, e.ExecutableCut, e.DirectoryCut, e.DirectoryDeleted,
			e.File.UpperLayer, e.LoaderEnv, e.Stdin, e.Stdout}
		if got != test.want {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestScript(t *testing.T) {
	texts := sampleTexts()
	texts.filename, texts.interp, texts.exe = "/srv/build.sh", "/bin/sh", "dash\x00bin\x00usr\x00"
	e := &decode(t, execRecord(sampleExec(), texts)).Exec
	if string(e.Filename) != "/srv/build.sh" || string(e.Interpreter) != "/bin/sh" || string(e.Executable) != "/usr/bin/dash" {
		t.Errorf("got %s by %s, which is %s", e.Filename, e.Interpreter, e.Executable)
	}
}

// TestFullNames has names that fill their field, without a NUL.
func TestFullNames(t *testing.T) {
	x := sampleExec()
	copy(x.Attempt.Comm[:], "0123456789abcdef")
	x.OldComm = name16("")
	e := &decode(t, execRecord(x, sampleTexts())).Exec
	if string(e.Attempt.Comm) != "0123456789abcdef" || len(e.PreviousComm) != 0 {
		t.Errorf("got comm %q, previous %q", e.Attempt.Comm, e.PreviousComm)
	}
}

func TestTerminal(t *testing.T) {
	for name, want := range map[string]string{
		"": "", "pts0": "pts/0", "pts12": "pts/12", "tty1": "tty1", "ttyS0": "ttyS0", "console": "console",
	} {
		x := sampleExec()
		x.Attempt.Tty = name16(name)
		if got := string(decode(t, execRecord(x, sampleTexts())).Exec.TTY); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// TestSlack has a record in a larger slot: what was left there is no part of it.
func TestSlack(t *testing.T) {
	record := execRecord(sampleExec(), sampleTexts())
	r := decode(t, append(bytes.Clone(record), "left over"...))
	if r.Size != len(record) {
		t.Errorf("the record is %d bytes long, want %d", r.Size, len(record))
	}
	if got := string(r.Exec.CgroupParent); got != "user-1000.slice" {
		t.Errorf("the last text is %q", got)
	}
}

// TestReuse decodes into a record that said something else before.
func TestReuse(t *testing.T) {
	rich, poor := sampleExec(), sampleExec()
	rich.Attempt.Flags = withEnv | exeCut | cwdDeleted | privilegesRaised
	rich.Attempt.Head.Seq, rich.EnvLen = 1, 4
	poor.Attempt.Head.Seq, poor.Attempt.ArgsLen, poor.Attempt.Argc = 2, 0, 0
	got := decode(t, chunkRecord(3, 1, true, 0, "A=1\x00"), execRecord(rich, sampleTexts()), execRecord(poor, texts{}))
	want := decode(t, execRecord(poor, texts{}))
	if !reflect.DeepEqual(got.Exec, want.Exec) {
		t.Errorf("got  %+v\nwant %+v", got.Exec, want.Exec)
	}
}
