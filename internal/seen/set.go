// Package seen remembers which files were executed, in memory ([Set]). Package seenfile keeps that from one
// session to the next.
package seen

import "github.com/exectrail/exectrail/event"

// File is the identity of a file: another one, or the same with another content, has another.
type File struct {
	Device  uint32 // major << 20 | minor; 0 if its major number is 0
	Inode   uint64
	Changed uint64 // ctime in ns since 1970
}

// FileOf returns the identity of a file. It reports false for one of which not enough was recorded.
//
// Devices with the major number 0 have no number of their own: that of an overlay, btrfs or network file system is another one
// after each mount (get_anon_bdev()). It is left out, so that a file of an image is the same in each container: overlayfs
// shows the inode number of the file below (ovl_map_ino()).
func FileOf(f *event.File) (File, bool) {
	id := File{Inode: f.Inode, Changed: f.Changed}
	if f.DeviceMajor != 0 {
		id.Device = f.DeviceMajor<<20 | f.DeviceMinor
	}
	return id, f.Changed != 0
}

// Limit is how many files are remembered: 7 MB in memory at most, and 4 MiB on disk.
const Limit = 1 << 17

// Set is a bounded set of files. When it is full, the one that was added first is forgotten; but one that is added again
// while it is among the older half counts as added now, so that what is used stays.
type Set struct {
	slots []File
	at    map[File]uint32 // where in slots
	next  int             // the slot that is used next
	limit int
}

// NewSet returns an empty set for limit files.
func NewSet(limit int) *Set { return &Set{at: map[File]uint32{}, limit: limit} }

// Has reports whether a file is in the set.
func (s *Set) Has(f File) bool {
	_, ok := s.at[f]
	return ok
}

// Add puts a file into the set, and reports whether it was not there.
func (s *Set) Add(f File) bool {
	added, _ := s.Put(f)
	return added
}

// Put puts a file into the set. added tells that it was not there, and stored that the order of the set changed: it was added, or
// counts as added now.
func (s *Set) Put(f File) (added, stored bool) {
	slot, there := s.at[f]
	if there && s.age(int(slot)) <= s.limit/2 {
		return false, false
	}
	if s.next == len(s.slots) {
		s.slots = append(s.slots, f)
	} else {
		// A slot whose file was added again holds nothing any more.
		if old := s.slots[s.next]; s.at[old] == uint32(s.next) {
			delete(s.at, old)
		}
		s.slots[s.next] = f
	}
	s.at[f] = uint32(s.next)
	s.next = (s.next + 1) % s.limit
	return !there, true
}

// age returns how many slots were used since a slot was, and with it.
func (s *Set) age(slot int) int { return (s.next-slot-1+s.limit)%s.limit + 1 }
