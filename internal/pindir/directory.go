package pindir

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// patience is for how long a lock is waited for that somebody may hold only to look.
const patience = 200 * time.Millisecond

// ErrLocked is the error of a directory that a process uses.
var ErrLocked = errors.New("it is in use")

// A Directory is locked as long as it is open: the lock goes with the process.
type Directory struct {
	file *os.File
	path string
}

// Lock opens and locks a directory. Its error is [fs.ErrNotExist] if there is none, and [ErrLocked] if
// another process has it.
func Lock(path string) (*Directory, error) {
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(patience / 10) {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EWOULDBLOCK) {
			break
		}
		if time.Now().After(deadline) {
			err = ErrLocked
			break
		}
	}
	d := &Directory{f, path}
	// Whoever had the lock may have removed or renamed it.
	if err == nil && !d.stillThere() {
		err = fs.ErrNotExist
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return d, nil
}

// Locked reports whether a process has the directory. It is false for one that cannot be opened.
func Locked(path string) bool {
	f, err := open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	return errors.Is(unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB), unix.EWOULDBLOCK)
}

func open(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW, 0)
}

func (d *Directory) stillThere() bool {
	opened, err := d.file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(d.path)
	return err == nil && os.SameFile(opened, named)
}

// At returns the path of what has a name in the directory.
func (d *Directory) At(name string) string { return filepath.Join(d.path, name) }

// Rename gives the directory another path, which nothing may have.
func (d *Directory) Rename(to string) error {
	if err := unix.Renameat2(unix.AT_FDCWD, d.path, unix.AT_FDCWD, to, unix.RENAME_NOREPLACE); err != nil {
		return err
	}
	d.path = to
	return nil
}

// Empty removes all that is in the directory.
func (d *Directory) Empty() error {
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.RemoveAll(d.At(e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// Remove removes the directory with all that is in it. It is still to be closed.
func (d *Directory) Remove() error {
	err := d.Empty()
	if err == nil {
		err = os.Remove(d.path)
	}
	return err
}

// Close gives up the lock.
func (d *Directory) Close() error { return d.file.Close() }
