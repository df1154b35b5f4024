package main

import (
	"errors"
	"io/fs"
)

// A rightsError says that the kernel refused something, and which rights that takes.
type rightsError struct {
	cause error
	hint  string
}

func (e *rightsError) Error() string { return e.cause.Error() }

func (e *rightsError) Unwrap() error { return e.cause }

// Hint returns how to get the rights.
func (e *rightsError) Hint() string { return e.hint }

// withRights adds to an error for want of rights how to get them; others it returns as they are.
func withRights(err error, hint string) error {
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return &rightsError{err, hint}
}
