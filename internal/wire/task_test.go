package wire

import (
	"reflect"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/event"
)

func TestFork(t *testing.T) {
	x := sampleFork()
	r := decode(t, build(&x, &x.Head, ""))
	want := Record{
		Kind: Fork, CPU: 1, Stream: StreamOf(1, 0), Seq: 5, Time: 6_000, Size: int(forkSize),
		ID: ID{PID: 4300, Start: 5_900, ExecID: 7}, Parent: ID{PID: 4200, Start: 4_000, ExecID: 7},
		Task: Task{NamespacePID: 43, UID: 1000, GID: 2000, Comm: []byte("bash")},
	}
	if !reflect.DeepEqual(*r, want) {
		t.Errorf("got  %+v\nwant %+v", *r, want)
	}
	x.Flags = kernelThread
	if !decode(t, build(&x, &x.Head, "")).Task.KernelThread {
		t.Error("a kernel thread is not told")
	}
}

func TestSnapshot(t *testing.T) {
	x := sampleSnapshot()
	record := appendFixed(nil, &x)
	texts := Texts{Args: []byte("httpd\x00\x00-D\x00"), Executable: "/usr/sbin/httpd", Directory: "/", Cgroup: "/system.slice/httpd.service"}
	full, ok := AppendSnapshot([]byte("before"), record, texts)
	if !ok || !strings.HasPrefix(string(full), "before") {
		t.Fatalf("got %q, %v", full, ok)
	}
	r := decode(t, full[len("before"):])
	want := Task{
		NamespacePID: 7, UID: 33, GID: 34, Comm: []byte("httpd"),
		Args: texts.Args, Executable: []byte(texts.Executable), Directory: []byte(texts.Directory),
		Cgroup: []byte(texts.Cgroup),
	}
	if r.Kind != Snapshot || r.Time != 8_000 || !reflect.DeepEqual(r.Task, want) {
		t.Errorf("got  %+v\nwant %+v", r.Task, want)
	}
	if r.ID != (ID{PID: 77, Start: 900, ExecID: 2}) || r.Parent != (ID{PID: 1, Start: 1, ExecID: 1}) {
		t.Errorf("process %+v, parent %+v", r.ID, r.Parent)
	}
	x.Flags = kernelThread | zombie
	if task := decode(t, appendFixed(nil, &x)).Task; !task.KernelThread || !task.Zombie {
		t.Errorf("flags: got %+v", task)
	}
}

// TestSnapshotBounds has texts that are longer than a record can hold.
func TestSnapshotBounds(t *testing.T) {
	x := sampleSnapshot()
	long := strings.Repeat("a", 1<<20)
	full, ok := AppendSnapshot(nil, appendFixed(nil, &x), Texts{Args: []byte(long), Executable: long, Directory: long})
	if !ok || len(full) > 256<<10 {
		t.Fatalf("got %d bytes, %v", len(full), ok)
	}
	task := decode(t, full).Task
	if len(task.Args) != maxSnapshotArgs || len(task.Executable) != 1<<16-1 || len(task.Directory) != 1<<16-1 {
		t.Errorf("got %d, %d and %d bytes", len(task.Args), len(task.Executable), len(task.Directory))
	}
}

func TestSnapshotOfAnotherRecord(t *testing.T) {
	x := sampleFork()
	other := build(&x, &x.Head, strings.Repeat("x", 100))
	for _, record := range [][]byte{nil, other, other[:10]} {
		if got, ok := AppendSnapshot([]byte("before"), record, Texts{}); ok || string(got) != "before" {
			t.Errorf("%d bytes: got %q, %v", len(record), got, ok)
		}
	}
}

func TestUnlisted(t *testing.T) {
	process, parent := ID{PID: 5, Start: 6, ExecID: 7}, ID{PID: 1, Start: 2, ExecID: 3}
	r := decode(t, AppendUnlisted(nil, 99, process, parent, "a name that is too long", Texts{Executable: "/init"}))
	want := Task{
		UID: event.NoID, GID: event.NoID, Comm: []byte("a name that is "),
		Args: []byte{}, Executable: []byte("/init"), Directory: []byte{}, Cgroup: []byte{},
	}
	if r.Time != 99 || r.ID != process || r.Parent != parent || !reflect.DeepEqual(r.Task, want) {
		t.Errorf("got %+v", r)
	}
}

func TestSnapshotHead(t *testing.T) {
	x := sampleSnapshot()
	process, parent, reader := SnapshotHead(appendFixed(nil, &x))
	if process != (ID{PID: 77, Start: 900, ExecID: 2}) || parent != (ID{PID: 1, Start: 1, ExecID: 1}) || reader {
		t.Errorf("got %+v, %+v, %v", process, parent, reader)
	}
	x.Flags = snapshotReader
	if _, _, reader := SnapshotHead(appendFixed(nil, &x)); !reader {
		t.Error("the reader is not told")
	}
	if process, parent, reader := SnapshotHead(nil); process != (ID{}) || parent != (ID{}) || reader {
		t.Errorf("of nothing: got %+v, %+v, %v", process, parent, reader)
	}
}
