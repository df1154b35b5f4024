// Package proctable turns what the kernel told about processes into
// [event.Process] values with identity and ancestry.
//
// A [Table] is fed in the order of the kernel's ring: first one [Snapshot] for
// each process that ran when tracing began, then every fork, exec, failed exec and exit
// since the hooks were attached, those that the snapshot already reflects
// included. What it returns, and everything that points to, belongs to the
// table and is valid until its next call; the strings never change.
//
// # State as of the event
//
// The table shows each process as it was when the event at hand happened. A
// record names processes by [ID], whose ExecID says which image they ran: an
// entry that runs another one follows the record. So a parent that did exec
// since is shown by its new image, a parent whose exec was lost by its right
// identity and no image at all (no name, no path) rather than a wrong one.
//
// While the stream has not caught up with the snapshot, entries may be ahead
// of it. A record about an earlier image takes the entry back to it; once the
// stream is past the last visit of the snapshot, whatever the stream did not
// tell is taken from the snapshot again.
//
// # Ancestry
//
// A process keeps the parent that created it, even when it was orphaned and
// given to another. Where the creation was not seen, the parent is the one that the
// kernel showed first. A parent is always older than its children, so
// that a damaged recording cannot make a cycle.
//
// # Retention
//
// A live process is dropped only when its exit is known or can be told: by its exit
// record, by another process with its pid, or by [Table.Reconcile].
//
// A process that exited stays for a grace period of event time, for events
// that come late, and as long as a process that stays has it as its parent. Above
// [Options.MaxProcesses] or [Options.MaxText] grace periods end early, the oldest first, but an
// ancestor of a live process stays. Where there is too much text even so, new images
// keep the first 64 bytes of argv, and all of their names and paths. [Stats] counts both.
//
// A lineage that goes on without end is cut, once exited processes take more than a sixteenth of
// MaxProcesses after their grace period: at an exited one that is more than
// 4096 generations away, which [event.Process.Ancestors] does not reach.
//
// # Memory
//
// A million processes take 320 MB of the heap when none has a program of its own, and 480 MB when each
// has one, with a name of 10 bytes, a path and a directory of 30, and argv of 80. With the default limits
// and as much text as they allow, 1048576 processes take 610 MB. BenchmarkMillion measures
// these. Only live processes and their ancestors can make it more. While a snapshot is
// merged, each of its processes takes some 250 bytes more.
package proctable
