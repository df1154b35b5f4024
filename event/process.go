package event

import "time"

// Process is what is known of a process, from the image it runs now. Its
// strings never change and may be kept; the structure itself follows the
// rule for events.
type Process struct {
	Key Key
	// ExecID counts the execs in the line of descent of the process (the
	// kernel's self_exec_id): it changes with each exec and is inherited by fork.
	ExecID uint64
	// EntityID names this image of this process in every session, and on every
	// machine: the first 16 bytes, in hexadecimal, of the SHA-256 of the text
	// BOOT-ID:PID:START:EXEC-ID, with START in nanoseconds after boot.
	EntityID string
	// Parent is the process that created this one; nil when it is not known (or there is none).
	Parent *Process

	Name       string // comm: the thread name of at most 15 bytes
	Executable string // path; empty for a kernel thread, and when not known
	Directory  string // working directory at the last exec
	// Args is argv, each string ended by a NUL, cut to its first 4 KiB, or to
	// 64 bytes when processes have more text than the table has room for.
	// ArgsCut tells that it was.
	Args    string
	ArgsCut bool
	// Exited tells that the process is gone.
	Exited bool

	UID, GID uint32 // real ids; -1 (4294967295) when not known

	Started time.Time // when the process was created

	// Container is the container that the process was in at its last exec, or its parent when it was forked; nil outside of containers, and
	// when that is not known.
	Container *Container
}

// Ancestors calls yield for the parent of p, its parent, and so on up to the
// first process of the machine, for as long as they are known.
func (p *Process) Ancestors(yield func(*Process) bool) {
	// A bound, since a damaged recording must not turn into an endless walk.
	for a, n := p.Parent, 0; a != nil && n < maxAncestors; a, n = a.Parent, n+1 {
		if !yield(a) {
			return
		}
	}
}

const maxAncestors = 4096
