package proctable

import (
	"time"

	"github.com/exectrail/exectrail/event"
)

// Options are the limits of a [Table]. Zero values stand for the defaults.
type Options struct {
	// Grace is for how long an exited process stays at least, by event time; 5 s by default.
	Grace time.Duration
	// MaxProcesses is how many processes the table holds, live and exited ones together,
	// before it drops exited ones early; 1048576 by default.
	MaxProcesses int
	// MaxText is how many bytes of names, paths and arguments it holds before it drops
	// exited processes early, and then keeps little of argv; 256 MiB by default.
	MaxText int
}

const (
	defaultGrace        = 5 * time.Second
	defaultMaxProcesses = 1 << 20
	defaultMaxText      = 256 << 20
)

// Table holds the processes of one machine. It does no I/O, reads no clock
// and must not be used by two goroutines at a time.
type Table struct {
	bootID       string
	clock        time.Duration
	grace        uint64
	maxProcesses int
	maxText      int

	procs map[event.Key]*entry
	pids  map[uint32]*entry // the youngest of the live processes with a pid
	now   uint64            // time of the latest record of the stream
	merge merge

	queue  queue
	exited int
	texts  texts
	given  Stats // its counts of what was given up

	previous event.Process // returned to the caller, reused by the next call
	late     process       // the same
	scratch  []byte        // for the strings of an image
}

// process is a process and the piece of text that most of its strings are in. Its
// EntityID, and a name that it got without an exec, are less than 48 bytes and not counted.
type process struct {
	event.Process
	text uint32
}

// entry is a process in the table. There may be a million of them: TestEntrySize.
type entry struct {
	process
	parent   *entry // whose Process is Parent
	next     *entry // in the queue
	exitedAt uint64
	children uint32 // entries that have this one as parent
	depth    uint16 // generations below the first known ancestor when it was linked, modulo 65536
	known    bool   // the image is known, if only by name
	queued   bool
}

// New returns an empty table. The boot id, as in
// /proc/sys/kernel/random/boot_id, becomes part of each [event.Process.EntityID].
func New(bootID string, o Options) *Table {
	if o.Grace == 0 {
		o.Grace = defaultGrace
	}
	if o.MaxProcesses == 0 {
		o.MaxProcesses = defaultMaxProcesses
	}
	if o.MaxText == 0 {
		o.MaxText = defaultMaxText
	}
	return &Table{
		bootID:       bootID,
		grace:        uint64(max(o.Grace, 0)),
		maxProcesses: o.MaxProcesses,
		maxText:      o.MaxText,
		procs:        make(map[event.Key]*entry),
		pids:         make(map[uint32]*entry),
	}
}

// SetClock sets what to add to CLOCK_BOOTTIME for the wall clock. It is used
// for [event.Process.Started] of the processes that show up from now on.
func (t *Table) SetClock(offset time.Duration) { t.clock = offset }

// Len returns the number of processes in the table, exited ones included.
func (t *Table) Len() int { return len(t.procs) }

// Lookup returns the process with key k, or nil.
func (t *Table) Lookup(k event.Key) *event.Process {
	if e := t.procs[k]; e != nil {
		return &e.Process
	}
	return nil
}

// Container returns the container that a process is known to be in, or nil.
func (t *Table) Container(id ID) *event.Container {
	if e := t.procs[id.key()]; e != nil {
		return e.Container
	}
	return nil
}

// entry returns the entry with key k. A new one has no image yet, not even an
// EntityID: the caller gives it one.
func (t *Table) entry(k event.Key) *entry {
	if e := t.procs[k]; e != nil {
		return e
	}
	e := new(entry)
	e.Process = event.Process{
		Key: k, UID: event.NoID, GID: event.NoID,
		Started: time.Unix(0, int64(k.Start)+int64(t.clock)).UTC(),
	}
	t.procs[k] = e

	// Of two processes with one pid the older is gone, told or not.
	switch other := t.pids[k.PID]; {
	case other == nil:
		t.pids[k.PID] = e
	case other.Key.Start < k.Start:
		t.pids[k.PID] = e
		t.gone(other)
	default:
		t.gone(e)
	}
	return e
}
