//go:build race

package proctable

// With the race detector a million takes some ten times as long.
const scale = 16
