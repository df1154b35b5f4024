// Package lives tells what became of each process of a tree, put together from its events.
//
// A [Collector] takes events and makes a [Run] of them. The packages below tell of a Run in their own ways: a report, a
// trace, a file. None of them does I/O but on the reader or writer it is given.
//
// All strings are the bytes that the kernel told: escape them before showing them.
package lives

import (
	"sort"
	"time"

	"github.com/exectrail/exectrail/event"
)

// Limits of a [Run]. What goes beyond is left out by the [Collector], counted in [Run.Omitted], and refused in files.
const (
	MaxProcesses = 1 << 20
	// MaxExecs is how many programs and failures there may be, those of all processes together.
	MaxExecs = 1 << 22
	// MaxArgs is how many bytes of the arguments of an exec are kept, each with its NUL.
	MaxArgs = 16 << 10
)

// Run is what was recorded of a tree of processes.
type Run struct {
	Command    []string // argv that was run; nil where one attached to what ran
	Begin, End time.Time
	Host       string
	Processes  []Process // by their start: a parent stands before its children

	Recorded uint64 // events, of all kinds
	Lost     uint64 // events that could not be recorded
	Filtered uint64 // events that were not asked for
	Omitted  uint64 // events that were recorded and are beyond the limits of a Run

	// FailedUnknown tells that execs which failed were not recorded.
	FailedUnknown bool
}

// Process is one process, from its fork to its exit.
type Process struct {
	Key        event.Key
	PID        uint32
	Parent     int       // index in Run.Processes of the process that created it; -1 when it is not among them
	Start      time.Time // fork
	End        time.Time // exit; zero while it runs, and when the exit was not recorded
	Programs   []Program // what it executed, in order; empty for one that only forked
	Failed     []Failure // execs that failed, in order
	ExitCode   int       // 0 to 255; 0 where a signal ended it
	Signal     int       // that ended it, or 0
	CoreDumped bool

	// What it used over its whole life, its children not among it. Told by its exit.
	UserCPU, SystemCPU      time.Duration
	MaxRSS                  uint64 // peak resident memory in bytes
	ReadBytes, WrittenBytes uint64 // from and to storage

	UID       uint32 // real user id; [event.NoID] when not known
	User      string // its name; empty when not known
	Container string // name or short id; empty outside of containers
}

// Program is what a process executed.
type Program struct {
	Time       time.Time
	Executable string // path; empty when not known
	Directory  string // working directory
	Args       []string
	Script     string // path of the script when Executable is its interpreter, as the caller of exec named it

	// ArgsMissing is how many bytes of the arguments are missing in Args, behind MaxArgs or since they were not recorded.
	ArgsMissing uint64
	// Unseen tells that the exec was not recorded: it was before the recording began, or was lost. Time is the
	// start of the process then.
	Unseen bool
}

// Failure is an exec that failed.
type Failure struct {
	Time     time.Time
	Filename string // as the caller named it
	Args     []string
	Errno    int
	Reason   string // a sentence
}

// CPU returns the CPU time that p used in user mode and in the kernel.
func (p *Process) CPU() time.Duration { return p.UserCPU + p.SystemCPU }

// Ended reports whether the exit of p was recorded.
func (p *Process) Ended() bool { return !p.End.IsZero() }

// OK reports whether p did not fail: it ended with status 0, or did not end.
func (p *Process) OK() bool { return p.ExitCode == 0 && p.Signal == 0 }

// ExecutedBy returns how many of its programs p had executed by a time, that moment included.
func (p *Process) ExecutedBy(at time.Time) int {
	return sort.Search(len(p.Programs), func(k int) bool { return p.Programs[k].Time.After(at) })
}

// EndOf returns when process i ended; for one that did not, when the recording did.
func (r *Run) EndOf(i int) time.Time {
	p := &r.Processes[i]
	switch {
	case p.Ended():
		return p.End
	case r.End.Before(p.Start):
		return p.Start
	}
	return r.End
}

// Wall returns for how long process i lived while it was recorded.
func (r *Run) Wall(i int) time.Duration {
	start := r.Processes[i].Start
	if start.Before(r.Begin) {
		start = r.Begin
	}
	return max(0, r.EndOf(i).Sub(start))
}
