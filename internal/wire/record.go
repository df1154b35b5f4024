package wire

import "github.com/exectrail/exectrail/event"

// Record is what a record says. Which fields are set depends on Kind. Byte
// slices point into the record or the [Decoder] and are valid until its next call.
type Record struct {
	Kind Kind
	CPU  uint32
	Seq  uint64 // per hook and CPU, from 1
	Time uint64 // CLOCK_BOOTTIME, ns
	// Size is the length of the record in bytes: its slot in the ring may be larger.
	Size int

	// ID is the process of an exec, a fork, an exit or a snapshot, and Parent
	// its parent (an exit has none).
	ID, Parent ID

	Exec event.Exec // without Meta, Names and processes
	Exit event.Exit // without Meta and process
	Task Task       // of a fork or a snapshot
	Name NameOf
	// Offset is what to add to CLOCK_BOOTTIME for the wall clock, ns. Of a clock record.
	Offset int64
	Tally  Count
}

// ID names a process and the image it ran.
type ID struct {
	PID    uint32
	Start  uint64
	ExecID uint64
}

// Task is a process that was forked, or found running.
type Task struct {
	NamespacePID uint32
	KernelThread bool
	Zombie       bool
	UID, GID     uint32
	Comm         []byte

	// Of a snapshot alone.
	Executable, Directory, Args []byte
}

// NameOf is the name of a user or of a group.
type NameOf struct {
	ID    uint32
	Group bool
	Name  []byte
}

// Count is what the kernel had counted for a hook on the CPU of the record,
// when all that it had written was read.
type Count struct {
	Hook    Kind
	Counter Counter
	Missed  uint64 // runs of the hook that the kernel skipped, on all CPUs
	Final   bool   // nothing more will come
}
