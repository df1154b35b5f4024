// Package pindir keeps directories of pins in the bpf file system, each locked by the process that uses it.
//
// The lock goes with the process, so a directory that nobody has locked was left by one that is gone, or
// is meant to outlive its process: its place tells which.
package pindir
