package seenfile

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/seen"
)

func numbered(n int) seen.File { return seen.File{Device: 8 << 20, Inode: uint64(n), Changed: 1 << 60} }

// session opens the file, adds files from first to last, and returns which of them were new.
func session(t *testing.T, path string, limit, first, last int) (added []int) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	s, err := open(f, limit)
	if err != nil {
		t.Fatal(err)
	}
	for n := first; n <= last; n++ {
		if s.Add(numbered(n)) {
			added = append(added, n)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	return added
}

func TestRemembered(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seen")
	if added := session(t, path, 100, 0, 9); len(added) != 10 {
		t.Errorf("new at first: %v", added)
	}
	if added := session(t, path, 100, 5, 14); len(added) != 5 || added[0] != 10 {
		t.Errorf("new in the second session: %v", added)
	}
	if added := session(t, path, 100, 0, 14); len(added) != 0 {
		t.Errorf("new in the third session: %v", added)
	}
}

// TestBounded adds many more files than the limit: the last ones are remembered, and the file does not grow.
func TestBounded(t *testing.T) {
	const limit = 10
	path := filepath.Join(t.TempDir(), "seen")
	session(t, path, limit, 0, 94)
	info, err := os.Stat(path)
	if err != nil || info.Size() != (1+limit)*entrySize {
		t.Errorf("%d bytes: %v", info.Size(), err)
	}
	if added := session(t, path, limit, 85, 94); len(added) != 0 {
		t.Errorf("the last ones are new: %v", added)
	}
	if added := session(t, path, limit, 84, 84); len(added) != 1 {
		t.Error("the one before is remembered")
	}
}

// TestDamage cuts the file at each length, and flips each byte: at most the entries that were hit are forgotten.
func TestDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seen")
	session(t, path, 100, 0, 4)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	check := func(content []byte, forgotten int, what string, at int) {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if added := session(t, path, 100, 0, 4); len(added) != forgotten {
			t.Errorf("%s at %d: %v are forgotten, want %d", what, at, added, forgotten)
		}
	}
	for at := entrySize; at <= len(whole); at++ {
		check(whole[:at], (len(whole)-at+entrySize-1)/entrySize, "cut", at)
	}
	for at := entrySize; at < len(whole); at++ {
		flipped := bytes.Clone(whole)
		flipped[at] ^= 0x40
		check(flipped, 1, "flipped", at)
	}
	check(append(bytes.Clone(whole[:entrySize]), make([]byte, 10*entrySize)...), 5, "zeros", 0)
}

func TestOpenFails(t *testing.T) {
	dir := t.TempDir()
	passwd := filepath.Join(dir, "passwd")
	const content = "root:x:0:0:root:/root:/bin/sh\n"
	if err := os.WriteFile(passwd, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(passwd, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(filepath.Join(dir, "fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"passwd", "link", "fifo", ".", "passwd/seen", "missing/missing/seen"} {
		if s, err := Open(filepath.Join(dir, name)); err == nil || s != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := os.ReadFile(passwd); err != nil || string(got) != content {
		t.Errorf("the file that is another's holds %q: %v", got, err)
	}
}

func TestBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "seen")
	first, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Open(path)
	if !errors.Is(err, ErrBusy) || second == nil {
		t.Fatalf("got %v", err)
	}
	if !second.Add(numbered(1)) || second.Add(numbered(1)) {
		t.Error("a store that is not written to does not remember")
	}
	for _, s := range []*Store{second, first} {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	third, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if !third.Add(numbered(1)) {
		t.Error("what a session did not write is remembered")
	}
	if err := third.Close(); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v: %v", info, err)
	}
}
