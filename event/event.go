// Package event is the vocabulary of exectrail: what can happen to a process
// on a Linux machine, as the kernel reported it.
//
// Events are reused. An event, every byte slice in it and everything it points
// to belong to the caller until the next event is asked for; [Event.Clone]
// returns a copy that stays valid.
//
// Text that a program chose (arguments, paths, names) is kept as the bytes the
// kernel holds. It may contain anything but NUL: escape it before showing it.
package event

import "time"

// Event is one of [*Exec], [*ExecFailed], [*Fork], [*Exit], [*Lost] and [*Clock].
type Event interface {
	// Header returns what every event carries. It points into the event.
	Header() *Meta
	// Clone returns a deep copy that shares no memory with the event.
	Clone() Event
	// Action returns the name of the kind of event, as in the JSON field event.action.
	Action() Action
}

// Action names a kind of event.
type Action string

// The kinds of event.
const (
	ActionExec       Action = "exec"
	ActionExecFailed Action = "exec-failed"
	ActionFork       Action = "fork"
	ActionExit       Action = "exit"
	ActionLost       Action = "lost"
	ActionClock      Action = "clock"
)

// Meta is what every event carries.
type Meta struct {
	// Boot is CLOCK_BOOTTIME in nanoseconds: the clock by which events are ordered.
	Boot uint64
	// Time is the wall-clock time of the event: Boot plus the offset between the two clocks that was last read.
	Time time.Time
	// Sequence numbers the events of one session from 1, in the order of
	// delivery. A [Lost] event takes as many numbers as events were lost.
	Sequence uint64
	// CPU is the processor on which the kernel took the record, and CPUSequence its number
	// there, counted from 1 for each kind of event. Where several programs write records of a kind, Lane tells
	// them apart (0 for the first), and each has numbers of its own. In a session with terms, forks that were taken note of for their
	// descendants alone have numbers, too, and no event.
	CPU         uint32
	Lane        uint8
	CPUSequence uint64
	// Host is the machine. It is shared by all events of a session and never changes.
	Host *Host
}

// Header returns m.
func (m *Meta) Header() *Meta { return m }

// Host is the machine that events come from.
type Host struct {
	Name   string
	BootID string // /proc/sys/kernel/random/boot_id
	Kernel string // uname -r
	Arch   string // as Go names it: amd64, arm64
}

// Key identifies a process for good: a process id alone is reused.
type Key struct {
	PID   uint32 // thread group id in the initial pid namespace
	Start uint64 // CLOCK_BOOTTIME nanoseconds at which its first thread was created
}

// IsZero reports whether k names no process.
func (k Key) IsZero() bool { return k == Key{} }

// Exec is one program that began to run: sched_process_exec, after the point
// of no return and before the program's first instruction.
type Exec struct {
	Meta
	// Attempt describes the process after the exec.
	Attempt

	// Process is the process after the exec, Previous the same process before it (nil when that is not known).
	Process  *Process
	Previous *Process

	// PreviousComm is the name of the thread that called exec.
	PreviousComm []byte
	// Interpreter is the interpreter named by the last #! line (or by
	// binfmt_misc); empty when the file was run directly.
	Interpreter []byte
	// Executable is the path of the binary that runs (of the interpreter, for a
	// script), seen from the root directory of the process. ExecutableCut tells that its beginning is missing.
	Executable    []byte
	ExecutableCut bool
	File          File

	// Env is the environment as the new program received it (only when asked for), and
	// EnvCount the number of its variables by the kernel's own count.
	Env      Strings
	EnvCount uint32

	// PrivilegesRaised tells that this exec gained privileges: a set-user-id or
	// set-group-id file, or file capabilities.
	PrivilegesRaised bool

	// Stdin and Stdout are what the descriptors 0 and 1 of the new program are.
	Stdin, Stdout FileType
	// LoaderEnv tells that a variable of the environment, whether that is recorded or not, has the dynamic linker
	// load other libraries: LD_PRELOAD, LD_AUDIT or LD_LIBRARY_PATH, among the first 512 variables. It is looked for on
	// request only.
	LoaderEnv bool

	// Signals is what is out of the ordinary.
	Signals Signals
}

// Action returns [ActionExec].
func (*Exec) Action() Action { return ActionExec }

// Fork is a process that was created. New threads are not processes and have no event.
type Fork struct {
	Meta
	// Process is the new process, and Process.Parent the one that created it.
	Process *Process
	// NamespacePID is the id of the new process in its own pid namespace.
	NamespacePID uint32
	// KernelThread marks a thread of the kernel: it has no program.
	KernelThread bool
}

// Action returns [ActionFork].
func (*Fork) Action() Action { return ActionFork }

// Exit is a process whose last thread ended.
type Exit struct {
	Meta
	Process *Process
	// ParentPID is the process that will be told of the exit.
	ParentPID uint32

	// Status is the exit status, 0 to 255. Signal is the signal that ended the
	// process or 0, and CoreDumped tells that it left a core.
	Status     uint8
	Signal     uint8
	CoreDumped bool

	// Usage is what the process used over its whole life, all threads together.
	Usage Usage
}

// Action returns [ActionExit].
func (*Exit) Action() Action { return ActionExit }

// Duration returns for how long the process lived.
func (e *Exit) Duration() time.Duration {
	if e.Boot < e.Process.Key.Start {
		return 0
	}
	return time.Duration(e.Boot - e.Process.Key.Start)
}

// Usage counts what a process used, as getrusage(2) would: user and system
// time are the scheduler's run time split in the proportion of its ticks. The
// time since the scheduler last looked (one tick at most) is not in it.
type Usage struct {
	UserTime, SystemTime           time.Duration
	MaxRSS                         uint64 // peak resident memory in bytes
	MinorFaults, MajorFaults       uint64
	ReadBytes, WriteBytes          uint64 // from and to storage, as in /proc/PID/io
	VoluntaryCtxt, InvoluntaryCtxt uint64 // context switches
}

// Lost tells that events are missing from the stream at this place. Its time
// is the end of the window, CPU the processor that could not record them.
type Lost struct {
	Meta
	// Kind is the kind of the events that are missing.
	Kind  Action
	Cause LostCause
	Count uint64
	// Since is the beginning of the window: the last event of the kind that the
	// processor did record. SinceBoot is the same by CLOCK_BOOTTIME.
	Since     time.Time
	SinceBoot uint64
}

// Action returns [ActionLost].
func (*Lost) Action() Action { return ActionLost }

// LostCause says why events are missing.
type LostCause string

// The causes of loss.
const (
	// LostBufferFull: there was no room in the ring.
	LostBufferFull LostCause = "buffer-full"
	// LostRecursion: the kernel skipped a run of the program, as another run of it was
	// under way on the same CPU (recursion_misses in the program's info). Of failed execs
	// these are calls whose result was not seen, whether they failed or not; by the tracepoint plan, of any system call.
	LostRecursion LostCause = "recursion"
	// LostSlowOutput: the output could not keep up. It stands in the stream of that output
	// alone (or of a recording that could not be written fast enough), and tells of no one processor.
	LostSlowOutput LostCause = "slow-output"
	// LostRestart: the reader of a session that outlives it ended before it could deliver what it had read.
	LostRestart LostCause = "restart"
)

// Clock tells that the wall clock was set: its offset to CLOCK_BOOTTIME
// changed by Step. Events before it carry times by the old offset.
type Clock struct {
	Meta
	Step time.Duration
}

// Action returns [ActionClock].
func (*Clock) Action() Action { return ActionClock }
