// Package term is what a filter lets the kernel decide: terms that must all hold.
package term

// Terms select the execs and failed execs, the forks and the exits of processes for which all of them hold. The zero
// value selects all. Of an exec they are about the process after it, of a failed one about the caller. Lost, start,
// snapshot and clock events always pass.
type Terms struct {
	UID, GID, PID, PPID Range  // real ids; PID is the process id (tgid) in the initial pid namespace
	Under               uint32 // 0: none; the process and all below it, children born later included; or [Self]
	Cgroup              uint64 // 0: none; id of the cgroup v2 directory (its inode), processes directly in it or below
	MountNS, PIDNS      uint32 // 0: any; inode numbers of namespaces
	HostOnly            bool   // only processes in the pid namespace of the first process (/proc/1)
	Comm                string // "": any; exact, at most 15 bytes; the name after the exec
	// Container is the id of a container, or the beginning of one of 64 digits, at least four of them; "": any. The kernel does not know it:
	// what comes first of each control group passes whatever its container is, until user space has told the kernel.
	Container string
}

// Self in Terms.Under is the process that opens the session. In a pid namespace of its own it does not know its id, nor
// that of a child.
const Self = ^uint32(0)

// Range is an interval that includes its ends. One whose Min is above its Max selects nothing.
type Range struct {
	Set      bool
	Min, Max uint32
}

// Holds reports whether n is in the interval, or there is none.
func (r Range) Holds(n uint32) bool { return !r.Set || r.Min <= n && n <= r.Max }

// And returns what is in both intervals.
func (r Range) And(o Range) Range {
	switch {
	case !r.Set:
		return o
	case !o.Set:
		return r
	}
	return Range{Set: true, Min: max(r.Min, o.Min), Max: min(r.Max, o.Max)}
}
