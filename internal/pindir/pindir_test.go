package pindir

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Locks and names work in any file system, so these tests need no bpf file system.

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run")
	if _, err := Lock(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a directory that is not there: %v", err)
	}
	d := lock(t, path)
	if !Locked(path) {
		t.Error("a directory that is locked is said to be free")
	}
	if _, err := Lock(path); !errors.Is(err, ErrLocked) {
		t.Errorf("a locked directory: %v", err)
	}
	if err := RemoveUnused(path); !errors.Is(err, ErrLocked) {
		t.Errorf("removing a locked directory: %v", err)
	}
	d.Close()
	if Locked(path) {
		t.Error("a directory is said to be locked whose lock was given up")
	}
	if err := RemoveUnused(path); err != nil {
		t.Error(err)
	}
	wantGone(t, path)
	if err := RemoveUnused(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removing it again: %v", err)
	}
}

func TestLockRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run")
	d := lock(t, path)
	if err := d.Remove(); err != nil {
		t.Fatal(err)
	}
	if d.stillThere() {
		t.Error("a directory that was removed is still there")
	}
}

func TestRemoveSession(t *testing.T) {
	root := filepath.Join(t.TempDir(), "sessions")
	for _, name := range []string{"a", Unfinished + "a", Unfinished + "b", "c"} {
		lock(t, filepath.Join(root, name)).Close()
	}
	used := lock(t, filepath.Join(root, "used"))
	if err := RemoveSession(root, "used"); !errors.Is(err, ErrLocked) {
		t.Errorf("a session in use: %v", err)
	}
	used.Close()
	if found, err := RemoveUnfinished(root, "b"); err != nil || !found {
		t.Error(found, err)
	}
	for _, name := range []string{"a", "used", "c"} {
		if err := RemoveSession(root, name); err != nil {
			t.Error(name, err)
		}
	}
	if err := RemoveSession(root, "a"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a session that is not there: %v", err)
	}
	wantGone(t, root)
}

// lock makes a directory with something in it, and locks it.
func lock(t *testing.T, path string) *Directory {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(path, "below"), 0o700); err != nil {
		t.Fatal(err)
	}
	d, err := Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func wantGone(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is still there: %v", path, err)
	}
}
