package pindir

import (
	"errors"
	"io/fs"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// RemoveSession removes the session of a name below root, complete or not. Its error is [fs.ErrNotExist] if there is
// none, and [ErrLocked] if a process uses it.
func RemoveSession(root, name string) error {
	// One that is complete is first made one that is not: no other start then finds it while it is being removed.
	found, err := withLocked(filepath.Join(root, name), func(d *Directory) error {
		if err := setAside(d, root, name); err != nil {
			return err
		}
		return d.Remove()
	})
	if err != nil {
		return err
	}
	rest, err := RemoveUnfinished(root, name)
	if err == nil && !found && !rest {
		err = fs.ErrNotExist
	}
	// The last one takes the directory of all with it.
	_ = unix.Rmdir(root)
	return err
}

// RemoveUnfinished removes what is left of a session that was being pinned or removed, and reports whether there was any.
// Its error is [ErrLocked] if a process uses it.
func RemoveUnfinished(root, name string) (found bool, err error) {
	return withLocked(filepath.Join(root, Unfinished+name), (*Directory).Remove)
}

// RemoveUnused removes a directory with all that is in it. Its error is [fs.ErrNotExist] if there is none, and [ErrLocked] if a
// process uses it.
func RemoveUnused(path string) error {
	found, err := withLocked(path, (*Directory).Remove)
	if err == nil && !found {
		err = fs.ErrNotExist
	}
	return err
}

// withLocked calls f with a directory, and reports whether there is such a directory.
func withLocked(path string, f func(*Directory) error) (found bool, err error) {
	d, err := Lock(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	}
	return true, errors.Join(f(d), d.Close())
}

// setAside gives a session the name of one that is not complete, in the place of one that may be there.
func setAside(d *Directory, root, name string) error {
	if _, err := RemoveUnfinished(root, name); err != nil {
		return err
	}
	return d.Rename(filepath.Join(root, Unfinished+name))
}
