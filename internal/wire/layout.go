package wire

import (
	"unsafe"

	"github.com/exectrail/exectrail/internal/bpfobj"
)

// The layouts, from bpf/wire.h.
type (
	head     = bpfobj.TracerWireHead
	id       = bpfobj.TracerWireId
	attempt  = bpfobj.TracerWireAttempt
	exec     = bpfobj.TracerWireExec
	failed   = bpfobj.TracerWireExecFailed
	chunk    = bpfobj.TracerWireChunk
	fork     = bpfobj.TracerWireFork
	exit     = bpfobj.TracerWireExit
	usage    = bpfobj.TracerWireUsage
	snapshot = bpfobj.TracerWireSnapshot
	clock    = bpfobj.TracerWireClock
	name     = bpfobj.TracerWireName
	tally    = bpfobj.TracerWireTally
	cause    = bpfobj.TracerWireCause
	skeleton = bpfobj.TracerWireSkeleton
	filled   = bpfobj.TracerWireFilled
	skipped  = bpfobj.TracerWireSkipped
	seen     = bpfobj.TracerWireSeen
	file     = bpfobj.TracerWireFile

	owner     = bpfobj.TracerWireOwner
	container = bpfobj.TracerWireContainer

	// Counter is what the kernel counts for a lane of a hook on a CPU.
	Counter = bpfobj.TracerWireCounter
)

// Kind tells records apart.
type Kind = bpfobj.TracerWireKind

// The kinds of record. Those before Counted come from a hook each, and are numbered.
const (
	Exec     = bpfobj.TracerWireKindWIRE_EXEC
	Fork     = bpfobj.TracerWireKindWIRE_FORK
	Exit     = bpfobj.TracerWireKindWIRE_EXIT
	Failed   = bpfobj.TracerWireKindWIRE_EXEC_FAILED
	Counted  = bpfobj.TracerWireKindWIRE_COUNTED
	Chunk    = bpfobj.TracerWireKindWIRE_CHUNK
	Snapshot = bpfobj.TracerWireKindWIRE_SNAPSHOT
	Clock    = bpfobj.TracerWireKindWIRE_CLOCK
	Name     = bpfobj.TracerWireKindWIRE_NAME
	Tally    = bpfobj.TracerWireKindWIRE_TALLY
	Cause    = bpfobj.TracerWireKindWIRE_CAUSE
	Skeleton = bpfobj.TracerWireKindWIRE_SKELETON
	Filled   = bpfobj.TracerWireKindWIRE_FILLED
	Seen     = bpfobj.TracerWireKindWIRE_SEEN
	Skipped  = bpfobj.TracerWireKindWIRE_SKIPPED

	Container = bpfobj.TracerWireKindWIRE_CONTAINER
	Owner     = bpfobj.TracerWireKindWIRE_OWNER
)

// Lanes is how many programs may write records of one kind, each in a lane of its own.
const Lanes = int(bpfobj.TracerWireLaneWIRE_LANES)

const (
	cwdCut     = uint32(bpfobj.TracerWireAttemptFlagWIRE_CWD_CUT)
	cwdDeleted = uint32(bpfobj.TracerWireAttemptFlagWIRE_CWD_DELETED)
	textCut    = uint32(bpfobj.TracerWireAttemptFlagWIRE_TEXT_CUT)

	lessArgs = uint32(bpfobj.TracerWireAttemptFlagWIRE_LESS_ARGS)
	lessEnv  = uint32(bpfobj.TracerWireAttemptFlagWIRE_LESS_ENV)
	noTexts  = uint32(bpfobj.TracerWireAttemptFlagWIRE_NO_TEXTS)

	privilegesRaised = uint32(bpfobj.TracerWireAttemptFlagWIRE_PRIVILEGES_RAISED)
	fileDeleted      = uint32(bpfobj.TracerWireAttemptFlagWIRE_FILE_DELETED)
	filePseudo       = uint32(bpfobj.TracerWireAttemptFlagWIRE_FILE_PSEUDO)
	exeCut           = uint32(bpfobj.TracerWireAttemptFlagWIRE_EXE_CUT)
	withEnv          = uint32(bpfobj.TracerWireAttemptFlagWIRE_WITH_ENV)
	upperLayer       = uint32(bpfobj.TracerWireAttemptFlagWIRE_UPPER_LAYER)
	loaderEnv        = uint32(bpfobj.TracerWireAttemptFlagWIRE_LOADER_ENV)

	stdinType  = bpfobj.TracerWireFileTypeWIRE_STDIN_TYPE
	stdoutType = bpfobj.TracerWireFileTypeWIRE_STDOUT_TYPE

	compat             = uint32(bpfobj.TracerWireAttemptFlagWIRE_COMPAT)
	argsUnreadable     = uint32(bpfobj.TracerWireAttemptFlagWIRE_ARGS_UNREADABLE)
	argsUnmeasured     = uint32(bpfobj.TracerWireAttemptFlagWIRE_ARGS_UNMEASURED)
	filenameUnreadable = uint32(bpfobj.TracerWireAttemptFlagWIRE_FILENAME_UNREADABLE)
	sharesRoot         = uint32(bpfobj.TracerWireAttemptFlagWIRE_SHARES_ROOT)

	kernelThread = uint32(bpfobj.TracerWireTaskFlagWIRE_KERNEL_THREAD)
	zombie       = uint32(bpfobj.TracerWireTaskFlagWIRE_ZOMBIE)

	forkContext    = uint32(bpfobj.TracerWireTaskFlagWIRE_CONTEXT)
	snapshotReader = uint32(bpfobj.TracerWireTaskFlagWIRE_READER)
)

// Layout tells one layout of the records from another: it changes when a
// record of the kernel could be misread.
const Layout = 4

// skeletonFlags is by how much the flags of a skeleton are shifted (WIRE_SKELETON_FLAGS in bpf/wire.h).
const skeletonFlags = 8

const (
	headSize     = unsafe.Sizeof(head{})
	execSize     = unsafe.Sizeof(exec{})
	failedSize   = unsafe.Sizeof(failed{})
	chunkSize    = unsafe.Sizeof(chunk{})
	forkSize     = unsafe.Sizeof(fork{})
	exitSize     = unsafe.Sizeof(exit{})
	snapshotSize = unsafe.Sizeof(snapshot{})
	clockSize    = unsafe.Sizeof(clock{})
	nameSize     = unsafe.Sizeof(name{})
	tallySize    = unsafe.Sizeof(tally{})
	causeSize    = unsafe.Sizeof(cause{})
	filledSize   = unsafe.Sizeof(filled{})
	skippedSize  = unsafe.Sizeof(skipped{})
	seenSize     = unsafe.Sizeof(seen{})

	ownerSize     = unsafe.Sizeof(owner{})
	containerSize = unsafe.Sizeof(container{})
)

// SnapshotSize is the length of a snapshot record as the kernel writes it.
const SnapshotSize = int(snapshotSize)

// load copies the fixed part of a record into *dst and returns the tail. It
// reports false when the record is too short. Records are little endian, as
// are all machines that exectrail runs on.
func load[T any](dst *T, record []byte) ([]byte, bool) {
	size := unsafe.Sizeof(*dst)
	if uintptr(len(record)) < size {
		return nil, false
	}
	copy(unsafe.Slice((*byte)(unsafe.Pointer(dst)), size), record)
	return record[size:], true
}

// appendFixed appends the bytes of *src.
func appendFixed[T any](dst []byte, src *T) []byte {
	return append(dst, unsafe.Slice((*byte)(unsafe.Pointer(src)), unsafe.Sizeof(*src))...)
}
