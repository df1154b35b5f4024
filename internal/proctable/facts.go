package proctable

import "github.com/exectrail/exectrail/event"

// ID names a process and the image it ran, as each record of the kernel does.
type ID struct {
	PID    uint32 // thread group id in the initial pid namespace; 0 for no process
	Start  uint64 // start_boottime of its first thread, nanoseconds
	ExecID uint64 // self_exec_id: one more after each exec, inherited by fork
}

func (id ID) key() event.Key { return event.Key{PID: id.PID, Start: id.Start} }

// Snapshot is a process that the task iterator visited after the hooks were attached.
type Snapshot struct {
	Time   uint64 // CLOCK_BOOTTIME of the visit, nanoseconds
	ID     ID
	Parent ID // the parent at that moment

	Name, Executable, Directory []byte
	Args                        []byte // each string ended by a NUL
	ArgsCut                     bool   // bytes are missing after Args
	UID, GID                    uint32
	Container                   *event.Container
	// Exited marks a zombie. Its exit record may be in the stream, or may have
	// been before the hooks were attached.
	Exited bool
}

// Fork is a process that was created.
type Fork struct {
	Time         uint64 // CLOCK_BOOTTIME, nanoseconds
	ID           ID
	Parent       ID // the process that created it
	Name         []byte
	UID, GID     uint32
	KernelThread bool // it has no program
}

// Failed is a process whose exec failed.
type Failed struct {
	Time   uint64 // CLOCK_BOOTTIME, nanoseconds
	ID     ID
	Parent ID // the parent at this moment, perhaps the reaper of orphans

	Name     []byte
	UID, GID uint32
}

// Exec is a process that runs a new image, which ID.ExecID counts already.
type Exec struct {
	Time   uint64 // CLOCK_BOOTTIME, nanoseconds
	ID     ID
	Parent ID // the parent at this moment, perhaps the reaper of orphans

	Name         []byte
	PreviousName []byte // of the thread that called exec, before that
	Executable   []byte
	Directory    []byte
	Args         []byte // each string ended by a NUL
	ArgsCut      bool   // bytes are missing after Args
	UID, GID     uint32

	Container *event.Container // that it is in; nil for none
}
