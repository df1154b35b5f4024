package wire

import (
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/bpfobj"
)

// Record is what a record says. Which fields are set depends on Kind. Byte
// slices point into the record or the [Decoder] and are valid until its next call.
type Record struct {
	Kind   Kind
	CPU    uint32
	Stream Stream
	Seq    uint64 // per kind and stream, from 1
	Time   uint64 // CLOCK_BOOTTIME, ns
	// Size is the length of the record in bytes: its slot in the ring may be larger.
	Size int

	// ID is the process of an exec, a failed exec, a fork, an exit or a snapshot, and Parent
	// its parent (an exit has none).
	ID, Parent ID

	Exec   event.Exec       // without Meta, Names and processes
	Failed event.ExecFailed // without Meta, Names and process
	Exit   event.Exit       // without Meta and process
	Task   Task             // of a fork or a snapshot
	Name   NameOf
	// Offset is what to add to CLOCK_BOOTTIME for the wall clock, ns. Of a clock record.
	Offset int64
	Tally  Count
	Skip   Skip
	// File is one that was seen before this session.
	File  event.File
	Owner OwnerOf
	Facts Facts
}

// Stream is a lane on a CPU: the records of one kind in it are numbered without a gap.
type Stream uint32

// StreamOf returns the stream of a lane on a CPU.
func StreamOf(cpu uint32, lane int) Stream { return Stream(cpu)*Stream(Lanes) + Stream(lane) }

// CPU returns the processor of s.
func (s Stream) CPU() uint32 { return uint32(s) / uint32(Lanes) }

// Lane returns the lane of s.
func (s Stream) Lane() int { return int(s) % Lanes }

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
	// Context tells that the terms of the session do not hold for a child that was forked: it is there for
	// what descends from it.
	Context  bool
	UID, GID uint32
	Comm     []byte

	// Of a snapshot alone.
	Executable, Directory, Args []byte
	Cgroup                      []byte // path of its control group
}

// NameOf is the name of a user or of a group.
type NameOf struct {
	ID    uint32
	Group bool
	Name  []byte
}

// Count is what the kernel had counted for a hook in the stream of the record,
// when all that it had written was read.
type Count struct {
	Hook    Kind
	Counter Counter
	Missed  uint64 // runs of the hook that the kernel skipped and nothing made up for, in all streams
	When    When
	// Sequence is the number of the last event that an earlier reader delivered. Of [Begin] alone.
	Sequence uint64
}

// Skip is what is missing in a recording before a record, for its file could not be written fast enough.
type Skip struct {
	Since   uint64 // CLOCK_BOOTTIME of the first record that is missing, ns
	Records uint64
}

// When says at which point of a session a tally was made.
type When uint32

// The points of a session.
const (
	Now     = When(bpfobj.TracerWireTallyWhenWIRE_NOW)
	Final   = When(bpfobj.TracerWireTallyWhenWIRE_FINAL)   // nothing more will come
	Begin   = When(bpfobj.TracerWireTallyWhenWIRE_BEGIN)   // what an earlier reader of the same session accounted for
	Restart = When(bpfobj.TracerWireTallyWhenWIRE_RESTART) // up to where an earlier reader read, and could not deliver
)
