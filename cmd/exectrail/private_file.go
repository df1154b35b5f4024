package main

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// createPrivate creates or empties a file for what programs were called with, which may hold
// secrets: only its owner can read it. A symbolic link is not followed, since exectrail
// runs as root, and whoever owns the directory could have put it there.
func createPrivate(path string) (*os.File, error) { return openPrivate(path, os.O_TRUNC) }

// appendPrivate is the same, but keeps what is in the file.
func appendPrivate(path string) (*os.File, error) { return openPrivate(path, os.O_APPEND) }

func openPrivate(path string, flag int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|flag|unix.O_NOFOLLOW, 0o600)
	if errors.Is(err, unix.ELOOP) {
		return nil, &usageError{path + " is a symbolic link, which is not followed", "name the file itself"}
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Mode().IsRegular() {
		// It may have existed before, open to others. What is no file, such as /dev/null, is left alone.
		err = f.Chmod(0o600)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
