package proctable

import (
	"time"

	"github.com/exectrail/exectrail/event"
)

// Options are the limits of a [Table]. Zero values stand for the defaults.
type Options struct {
	// Grace is for how long an exited process stays at least, by event time; 5 s by default.
	Grace time.Duration
	// MaxExited is how many exited processes stay at most, those excepted that live
	// ones descend from; 65536 by default.
	MaxExited int
}

const (
	defaultGrace     = 5 * time.Second
	defaultMaxExited = 1 << 16
)

// Table holds the processes of one machine. It does no I/O, reads no clock
// and must not be used by two goroutines at a time.
type Table struct {
	bootID    string
	clock     time.Duration
	grace     uint64
	maxExited int

	procs map[event.Key]*entry
	pids  map[uint32]*entry // the youngest of the live processes with a pid
	now   uint64            // time of the latest record of the stream
	merge merge

	queue  queue
	exited int

	previous, late event.Process // returned to the caller, reused by the next call
	text           []byte        // scratch for the strings of an image
}

// entry is a process in the table.
type entry struct {
	event.Process
	parent   *entry // whose Process is Parent
	next     *entry // in the queue
	exitedAt uint64
	children uint32 // entries that have this one as parent
	depth    uint32 // generations below the first known ancestor when it was linked
	known    bool   // the image is known, if only by name
	queued   bool
}

// New returns an empty table. The boot id, as in
// /proc/sys/kernel/random/boot_id, becomes part of each [event.Process.EntityID].
func New(bootID string, o Options) *Table {
	if o.Grace == 0 {
		o.Grace = defaultGrace
	}
	if o.MaxExited == 0 {
		o.MaxExited = defaultMaxExited
	}
	return &Table{
		bootID:    bootID,
		grace:     uint64(max(o.Grace, 0)),
		maxExited: o.MaxExited,
		procs:     make(map[event.Key]*entry),
		pids:      make(map[uint32]*entry),
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

// entry returns the entry with key k. A new one has no image yet, not even an
// EntityID: the caller gives it one.
func (t *Table) entry(k event.Key) *entry {
	if e := t.procs[k]; e != nil {
		return e
	}
	e := &entry{Process: event.Process{
		Key: k, UID: event.NoID, GID: event.NoID,
		Started: time.Unix(0, int64(k.Start)+int64(t.clock)).UTC(),
	}}
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
