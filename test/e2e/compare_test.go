package e2e

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/event"
)

// compare holds an exec that was recorded against what the program found out about itself.
func compare(t *testing.T, e *event.Exec, w witness) {
	t.Helper()
	compareStrings(t, "argv", e.Args, e.ArgCount, w.args)
	if e.EnvCount != uint32(len(w.env)) {
		t.Errorf("%d environment variables were recorded, the program has %d", e.EnvCount, len(w.env))
	}
	compareIdentity(t, e, w)
	comparePaths(t, e, w)
	compareNamespaces(t, e, w)
}

// compareStrings compares byte by byte, and reports the first difference only:
// there may be megabytes of them.
func compareStrings(t *testing.T, what string, got event.Strings, count uint32, want []string) {
	t.Helper()
	var raw []byte
	for _, s := range want {
		raw = append(append(raw, s...), 0)
	}
	if count != uint32(len(want)) {
		t.Errorf("%s: the number of strings is %d, want %d", what, count, len(want))
	}
	if got.Size != uint64(len(raw)) || got.Missing() != 0 {
		t.Errorf("%s: %d bytes and %d missing, want %d and 0", what, got.Size, got.Missing(), len(raw))
	}
	if bytes.Equal(got.Raw, raw) {
		return
	}
	i := 0
	for i < len(got.Raw) && i < len(raw) && got.Raw[i] == raw[i] {
		i++
	}
	t.Errorf("%s differs from byte %d on: %q, want %q", what, i, excerpt(got.Raw, i), excerpt(raw, i))
}

func excerpt(b []byte, i int) []byte { return b[i:min(len(b), i+40)] }

// compareIdentity compares who ran it: ids, credentials, times.
func compareIdentity(t *testing.T, e *event.Exec, w witness) {
	t.Helper()
	for _, id := range []struct {
		name string
		got  uint32
	}{
		{"pid", e.NamespacePID},
		{"uid", e.UID}, {"euid", e.EUID}, {"suid", e.SUID},
		{"gid", e.GID}, {"egid", e.EGID}, {"sgid", e.SGID},
		{"loginuid", e.LoginUID}, {"session", e.AuditSession},
	} {
		if !w.has(id.name) && (id.name == "loginuid" || id.name == "session") {
			continue // a kernel without audit
		}
		if want := w.number(t, id.name, 10); uint64(id.got) != want {
			t.Errorf("%s is %d, want %d", id.name, id.got, want)
		}
	}
	// Elsewhere these ids are numbers of another namespace.
	if inInitial(w) {
		for _, id := range []struct {
			name string
			got  uint32
		}{
			{"pid", e.PID}, {"ppid", e.ParentPID}, {"sid", e.SessionID}, {"pgid", e.GroupID},
		} {
			if want := w.number(t, id.name, 10); uint64(id.got) != want {
				t.Errorf("%s is %d, want %d", id.name, id.got, want)
			}
		}
	}
	if got, want := e.CapEffective, w.number(t, "capeff", 16); got != want {
		t.Errorf("effective capabilities are %x, want %x", got, want)
	}
	if got, want := e.CapPermitted, w.number(t, "capprm", 16); got != want {
		t.Errorf("permitted capabilities are %x, want %x", got, want)
	}
	if got, want := string(e.Comm), w.fields["comm"]; got != want {
		t.Errorf("comm is %q, want %q", got, want)
	}
	if e.Process == nil || e.Process.Key.PID != e.PID {
		t.Fatalf("the process is %+v, want one with pid %d", e.Process, e.PID)
	}
	if got, want := ticks(e.Process.Key.Start), w.number(t, "start", 10); got != want {
		t.Errorf("the process started at tick %d, want %d", got, want)
	}
}

func inInitial(w witness) bool {
	link, err := os.Readlink("/proc/self/ns/pid")
	return err == nil && link == w.fields["pidns"]
}

// comparePaths compares what was run, and where.
func comparePaths(t *testing.T, e *event.Exec, w witness) {
	t.Helper()
	if got, want := string(e.Filename), w.fields["execfn"]; got != want {
		t.Errorf("the file name is %q, want %q", got, want)
	}
	if w.has("exe") {
		want, deleted := w.path("exe")
		if got := string(e.Executable); got != want || e.ExecutableCut {
			t.Errorf("the executable is %q (cut: %v), want %q", got, e.ExecutableCut, want)
		}
		// A memfd, which the kernel words as deleted too, never had a name to delete.
		memfd := strings.HasPrefix(want, "/memfd:")
		if e.File.Memfd != memfd || e.File.Deleted != (deleted && !memfd) {
			t.Errorf("memfd: %v, deleted: %v, the program calls it %q", e.File.Memfd, e.File.Deleted, w.fields["exe"])
		}
		got := fmt.Sprintf("%d:%d inode %d links %d", e.File.DeviceMajor, e.File.DeviceMinor, e.File.Inode, e.File.Links)
		want = fmt.Sprintf("%s:%s inode %s links %s", w.fields["major"], w.fields["minor"], w.fields["inode"], w.fields["links"])
		if got != want {
			t.Errorf("the file is %s, want %s", got, want)
		}
	}
	if w.has("cwd") {
		want, deleted := w.path("cwd")
		if got := string(e.Directory); got != want || e.DirectoryCut || e.DirectoryDeleted != deleted {
			t.Errorf("the working directory is %q (cut: %v, deleted: %v), want %q",
				got, e.DirectoryCut, e.DirectoryDeleted, w.fields["cwd"])
		}
	}
	if want := strings.TrimPrefix(w.fields["tty"], "/dev/"); w.has("tty") && string(e.TTY) != want {
		t.Errorf("the terminal is %q, want %q", e.TTY, want)
	}
}

func compareNamespaces(t *testing.T, e *event.Exec, w witness) {
	t.Helper()
	for _, ns := range []struct {
		name string
		got  uint32
	}{
		{"pidns", e.PIDNS}, {"mntns", e.MountNS}, {"userns", e.UserNS}, {"netns", e.NetNS}, {"cgroupns", e.CgroupNS},
	} {
		if !w.has(ns.name) {
			continue
		}
		if want := w.namespace(t, ns.name); ns.got != want {
			t.Errorf("%s is %d, want %d", ns.name, ns.got, want)
		}
	}
}
