//go:build !race

package proctable

// scale is by how much TestMillion is smaller than its name says.
const scale = 1
