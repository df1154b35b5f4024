// Package trail keeps runs in files, which end in .trail, to look at them later and to compare them.
//
// A file is lines of JSON, compressed by gzip. The first one says what it is, in which version, and what there is to tell of the
// run as a whole. Each process has a line, and behind it one for each program that it executed and for each exec that
// failed. Times are nanoseconds after the beginning of the run. Text that is not UTF-8 is base64 in an object.
//
// What is read may come from anybody: it is bounded, and checked for all that others rely on.
package trail

// What the first line says.
const (
	format  = "exectrail trail"
	version = 1
)

// Bounds of a file, beside those of a run.
const (
	maxBytes = 1 << 30 // when it is not compressed
	maxLine  = 32 << 20
)
