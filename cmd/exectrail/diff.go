package main

import (
	"fmt"
	"io"
	"os"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/compare"
	"github.com/exectrail/exectrail/internal/lives/trail"
)

// stdinName stands for the standard input in the place of a file.
const stdinName = "-"

const trailHint = "a trail is made by 'exectrail run --save FILE.trail -- COMMAND'"

// compareTrails compares the runs in two files.
func compareTrails(a, b string, stdin io.Reader) (*compare.Diff, error) {
	runA, err := readTrail(a, stdin)
	if err != nil {
		return nil, err
	}
	runB, err := readTrail(b, stdin)
	if err != nil {
		return nil, err
	}
	d := compare.New(runA, runB)
	d.A.Name, d.B.Name = trailName(a), trailName(b)
	return d, nil
}

func trailName(file string) string {
	if file == stdinName {
		return "standard input"
	}
	return file
}

func readTrail(file string, stdin io.Reader) (*lives.Run, error) {
	in := stdin
	if file != stdinName {
		f, err := os.Open(file)
		if err != nil {
			return nil, &trailError{err}
		}
		defer f.Close()
		in = f
	}
	run, err := trail.Read(in)
	if err != nil {
		return nil, &trailError{fmt.Errorf("%s: %w", trailName(file), err)}
	}
	return run, nil
}

// A trailError says why a trail cannot be read.
type trailError struct{ cause error }

func (e *trailError) Error() string { return e.cause.Error() }

func (e *trailError) Unwrap() error { return e.cause }

// Hint returns how to make one.
func (e *trailError) Hint() string { return trailHint }
