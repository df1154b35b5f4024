package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/event"
)

// TestSumsBefore finds that the content of a file is known, but not to a list that is learned, where the run made the file.
func TestSumsBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "made")
	if err := os.WriteFile(path, []byte("content"), 0o755); err != nil {
		t.Fatal(err)
	}
	var stat unix.Stat_t
	if err := unix.Stat(path, &stat); err != nil {
		t.Fatal(err)
	}
	changed := time.Unix(stat.Ctim.Unix())
	s := newSums()
	s.proc = false // there is no such process
	e := &event.Exec{Executable: []byte(path), File: event.File{
		DeviceMajor: unix.Major(stat.Dev), DeviceMinor: unix.Minor(stat.Dev), Inode: stat.Ino, Changed: uint64(changed.UnixNano()),
	}}
	e.Time = changed.Add(time.Minute)
	s.see(e, func(string) bool { return true })
	want, err := s.sum(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.before(changed.Add(time.Second))(path); got != want || err != nil {
		t.Errorf("of a file that was there before, %v (%v) is known, want %v", got, err, want)
	}
	if got, err := s.before(changed.Add(-time.Second))(path); err == nil {
		t.Errorf("of a file that the run made, %v is known", got)
	}
	if _, err := s.before(time.Time{})("/other"); err == nil {
		t.Error("of a file that did not run, something is known")
	}
}
