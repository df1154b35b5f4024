package exectrail

import "time"

// Stats tells what a [Tracer] saw so far.
type Stats struct {
	Execs, Failed, Forks, Exits Counts

	// ShortReads counts the reads of a program's arguments or environment that
	// failed, ChunksLost the parts of long ones for which the ring had no room:
	// the event tells how much is missing.
	ShortReads uint64
	ChunksLost uint64
	// Untracked counts the processes below the one of [WithTerms] that could not be followed, for kernel.pid_max was raised
	// since or too many were to be looked at in one moment: what they and those below them did is among what was filtered.
	Untracked uint64
	// BufferSize is the size of the kernel's rings in bytes, both together.
	BufferSize int
	// Reader counts what was read, Table what is known of processes, and RawCopy what became of the recording that [WithRawCopy] asked for.
	Reader  ReaderStats
	Table   TableStats
	RawCopy RawCopyStats
	// Programs are the programs in the kernel. Empty for a recording.
	Programs []ProgramStats
}

// Counts accounts for one kind of event.
type Counts struct {
	// Seen is how many the kernel's hook was called for, by the kernel's own counters.
	Seen uint64
	// Filtered is how many of those the terms of [WithTerms] do not hold for.
	Filtered uint64
	// Recorded is how many of the rest were decoded.
	Recorded uint64
	// Degraded is how many of those lack parts, for the ring was short of room ([event.Attempt]).
	Degraded uint64
	// BufferFull, Recursion and SlowOutput are how many were lost, by cause. The last one
	// is of a recording alone that could not be written fast enough.
	BufferFull uint64
	Recursion  uint64
	SlowOutput uint64
	// Restart is how many were lost with an earlier tracer of a pinned session, which had not delivered them.
	Restart uint64
}

// Lost returns how many events were lost, whatever the cause.
func (c Counts) Lost() uint64 { return c.BufferFull + c.Recursion + c.SlowOutput + c.Restart }

// Balanced reports whether every event is accounted for. It holds once
// [Tracer.Events] has ended; before that, events may be under way.
func (c Counts) Balanced() bool { return c.Seen == c.Filtered+c.Recorded+c.Lost() }

// ReaderStats counts the records that were read, those of user space included.
type ReaderStats struct {
	Records uint64
	Bytes   uint64
}

// TableStats tells what a [Tracer] knows of processes, and what it had to give up of that for want of room.
type TableStats struct {
	Live, Exited int // processes
	TextBytes    int // of their names, paths and arguments, shared ones once

	Evicted     uint64 // exited processes that were forgotten before their time
	ArgsCut     uint64 // processes of which no more than the beginning of argv was kept
	LineagesCut uint64 // processes of which the ancestors furthest away were forgotten
}

// RawCopyStats tells what became of the records of a session in its recording.
type RawCopyStats struct {
	Records uint64 // taken
	Skipped uint64 // since the file could not be written fast enough; the recording tells where
}

// ProgramStats is what the kernel counts for one of its programs.
type ProgramStats struct {
	Name string
	// Runs and Runtime are zero unless kernel.bpf_stats_enabled is set.
	Runs    uint64
	Runtime time.Duration
}
