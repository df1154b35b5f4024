// Package wire reads the records that the kernel programs write, and writes
// the few that are made in user space.
//
// It is pure: bytes in, facts out. It allocates nothing per record, takes any
// bytes without a panic, and bounds what it keeps.
package wire
