package seen

import (
	"testing"

	"github.com/exectrail/exectrail/event"
)

func file(n int) File { return File{Inode: uint64(n), Changed: 1} }

func TestSet(t *testing.T) {
	const limit = 8
	s := NewSet(limit)
	for n := range limit {
		if !s.Add(file(n)) {
			t.Errorf("file %d was there", n)
		}
	}
	for n := range limit {
		if !s.Has(file(n)) {
			t.Errorf("file %d is not there", n)
		}
	}
	// The older half counts as added now, the younger one does not.
	if added, stored := s.Put(file(0)); added || !stored {
		t.Errorf("the oldest: added %v, stored %v", added, stored)
	}
	if added, stored := s.Put(file(7)); added || stored {
		t.Errorf("a young one: added %v, stored %v", added, stored)
	}
	s.Add(file(100))
	for n, want := range map[int]bool{0: true, 1: false, 2: true, 7: true, 100: true} {
		if s.Has(file(n)) != want {
			t.Errorf("file %d is there: %v, want %v", n, !want, want)
		}
	}
}

// TestSetIsBounded adds more than there is room for, and what is used all the time stays.
func TestSetIsBounded(t *testing.T) {
	const limit = 16
	s := NewSet(limit)
	s.Add(file(-1))
	for n := range 10 * limit {
		s.Add(file(n))
		if s.Add(file(-1)) {
			t.Fatalf("the file that is used all the time was forgotten after %d others", n)
		}
	}
	if len(s.slots) > limit || len(s.at) > limit {
		t.Errorf("%d slots, %d files", len(s.slots), len(s.at))
	}
	if s.Has(file(0)) || !s.Has(file(10*limit-1)) {
		t.Error("the oldest is there, or the last is not")
	}
}

func TestFileOf(t *testing.T) {
	disk := event.File{DeviceMajor: 8, DeviceMinor: 1, Inode: 7, Changed: 9}
	if f, ok := FileOf(&disk); !ok || f != (File{Device: 8<<20 | 1, Inode: 7, Changed: 9}) {
		t.Errorf("on a disk: %+v, %v", f, ok)
	}
	overlay := event.File{DeviceMinor: 44, Inode: 7, Changed: 9}
	again := event.File{DeviceMinor: 45, Inode: 7, Changed: 9}
	first, _ := FileOf(&overlay)
	if second, _ := FileOf(&again); first != second {
		t.Errorf("%+v and %+v differ after another mount", first, second)
	}
	if _, ok := FileOf(&event.File{DeviceMajor: 8, Inode: 7}); ok {
		t.Error("a file without ctime has an identity")
	}
}
