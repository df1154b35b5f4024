// Package seenfile keeps on disk which files were executed.
//
// The file is a header of 32 bytes and then entries of the same size, each with a number and a checksum. The entry with
// number n stands in slot n modulo [seen.Limit], so that the file has a bounded size, is only ever written to by single
// entries, and can be cut off or damaged at any place: what cannot be read is forgotten.
package seenfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/seen"
)

// ErrBusy is the error of a file that another session writes to.
var ErrBusy = errors.New("another session writes to it")

// waiting is how many entries may wait to be written. Those beyond are forgotten when the session ends.
const waiting = 4096

// Store is the set of files that were executed, in memory and on disk. Its methods are for one goroutine.
type Store struct {
	set   *seen.Set
	queue chan entry // to the goroutine that writes; nil for a store that is only read
	next  uint64     // number of the next entry

	done sync.WaitGroup
	err  error // of the first write that failed; to be read when done
}

// Open opens or creates the file, and reads what is in it. It creates the directory of the file if that is missing. If
// another session writes to it, it returns [ErrBusy] together with a store that is not written to.
func Open(path string) (*Store, error) {
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	s, err := open(f, seen.Limit)
	if s == nil || s.queue == nil {
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return s, err
}

func open(f *os.File, limit int) (*Store, error) {
	if info, err := f.Stat(); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	locked := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	s := &Store{set: seen.NewSet(limit)}
	if err := s.load(f, limit); err != nil {
		return nil, err
	}
	switch {
	case errors.Is(locked, unix.EWOULDBLOCK):
		return s, ErrBusy
	case locked != nil:
		return nil, fmt.Errorf("lock: %w", locked)
	}
	s.queue = make(chan entry, waiting)
	s.done.Go(func() { s.err = write(f, s.queue, limit) })
	return s, nil
}

// Add puts a file into the store, and reports whether it was not there. It does not wait for the disk.
func (s *Store) Add(f seen.File) bool {
	added, stored := s.set.Put(f)
	if stored && s.queue != nil {
		select {
		case s.queue <- entry{s.next, f}:
			s.next++
		default:
		}
	}
	return added
}

// Close writes what waits, and closes the file. It returns the first error of a write.
func (s *Store) Close() error {
	if s.queue == nil {
		return nil
	}
	close(s.queue)
	s.done.Wait()
	return s.err
}

// write writes entries until there are no more, and closes the file. It goes on after an error, so that nobody waits.
func write(f *os.File, queue <-chan entry, limit int) (err error) {
	for e := range queue {
		if err == nil {
			err = writeEntry(f, e, limit)
		}
	}
	return errors.Join(err, f.Close())
}

// writeEntry does not use pwrite(2), which a confined process may not call.
func writeEntry(f *os.File, e entry, limit int) error {
	if _, err := f.Seek(entrySize*int64(1+e.number%uint64(limit)), io.SeekStart); err != nil {
		return err
	}
	_, err := f.Write(e.append(nil))
	return err
}
