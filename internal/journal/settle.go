package journal

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// Settle finds out whether what is pending was delivered, after its writer has ended. In a
// regular file all of it counts or nothing: a part of it is cut off again. Of anything else nobody can tell, and
// it counts as not delivered.
func (j *Journal) Settle() error {
	at, pending := j.Pending()
	if !pending {
		return nil
	}
	written, err := settle(at)
	if err != nil {
		return fmt.Errorf("look at what was written last to %s: %w", at.File, err)
	}
	if written {
		j.Commit()
	} else {
		j.Cancel()
	}
	return nil
}

// settle reports whether all that was to be written to a place is there. It removes what is there of it otherwise.
func settle(at Place) (written bool, err error) {
	if at.File == "" {
		return false, nil
	}
	fd, err := unix.Open(at.File, unix.O_WRONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	switch {
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.ENOTDIR), errors.Is(err, unix.ELOOP), errors.Is(err, unix.ENXIO), errors.Is(err, unix.EISDIR):
		return false, nil // the file was removed or another one is in its place
	case err != nil:
		return false, err
	}
	defer func() { err = errors.Join(err, unix.Close(fd)) }()
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil {
		return false, err
	}
	switch {
	case stat.Mode&unix.S_IFMT != unix.S_IFREG, stat.Dev != at.Device, stat.Ino != at.Inode:
		return false, nil
	case stat.Size >= at.Offset+at.Length:
		return true, nil
	case stat.Size > at.Offset:
		return false, unix.Ftruncate(fd, at.Offset)
	}
	return false, nil
}
