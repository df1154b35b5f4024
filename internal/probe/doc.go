// Package probe is the kernel's side of a session: it loads the programs,
// attaches them, and reads the records they write. Kernel in, bytes out.
package probe
