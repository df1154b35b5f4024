// Package printable turns bytes that a program chose into text that is safe
// to show on a terminal or to keep in a log.
//
// What it lets through is what a reader can see: printable characters and the
// ASCII space. Everything else is shown as an escape: control characters (C0,
// DEL, C1), marks that reorder or hide text, characters without a width of
// their own that are no accents, spaces that look like the ASCII space,
// private and unassigned code points, and bytes that are not UTF-8.
//
// All functions append to a buffer and allocate nothing beyond its growth.
package printable

// Text is what the functions of this package read.
type Text interface{ ~string | ~[]byte }
