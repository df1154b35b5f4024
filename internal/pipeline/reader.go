// Package pipeline turns the records of a session into events: one reader, in
// order. It is the same for a live session and for a recording, does no I/O and reads no clock.
package pipeline

import (
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/proctable"
	"github.com/exectrail/exectrail/internal/redact"
	"github.com/exectrail/exectrail/internal/seen"
	"github.com/exectrail/exectrail/internal/wire"
)

// Options say which events are wanted.
type Options struct {
	Host                 *event.Host
	Failed, Exits, Forks bool
	// EnvNames are the variables to keep of the environment, where that was recorded; all when empty.
	EnvNames []string
	// Redactor finds the secrets to replace; nil for none.
	Redactor *redact.Redactor
}

// Reader turns records into events. The events, and all they point to, are
// valid until the next call of Handle.
type Reader struct {
	options  Options
	decoder  wire.Decoder
	record   wire.Record
	table    *proctable.Table
	accounts accounts
	env      envFilter
	redact   redaction

	offset   int64 // of the wall clock to CLOCK_BOOTTIME, ns
	clockSet bool
	sequence uint64
	files    *seen.Set // that were executed, in this session or before
	owners   owners

	containers containers

	exec   event.Exec
	failed event.ExecFailed
	fork   event.Fork
	exit   event.Exit
}

// NewReader returns a reader for the records of one session.
func NewReader(o Options) *Reader {
	return &Reader{
		options: o, table: proctable.New(o.Host.BootID, proctable.Options{}),
		env: newEnvFilter(o.EnvNames), redact: redaction{redactor: o.Redactor},
		owners: newOwners(), containers: newContainers(), files: seen.NewSet(seen.Limit),
	}
}

// Decode decodes a record, which must stay as it is until after Handle. What it says is
// valid until then.
func (r *Reader) Decode(record []byte) (*wire.Record, error) {
	if err := r.decoder.Decode(record, &r.record); err != nil {
		return nil, err
	}
	return &r.record, nil
}

// Handle appends to dst the events that follow from the record that was decoded last.
func (r *Reader) Handle(dst []event.Event) []event.Event {
	x := &r.record
	if x.Kind < wire.Counted {
		if r.accounts.told(x) {
			r.learn(x)
			return dst
		}
		if gap, ok := r.accounts.record(x); ok {
			dst = append(dst, r.lost(gap))
		}
	}
	switch x.Kind {
	case wire.Exec:
		e := r.onExec(x)
		r.accounts.degraded(wire.Exec, &e.Attempt)
		e.Meta = r.meta(x)
		return append(dst, e)
	case wire.Failed:
		e := r.onFailed(x)
		r.accounts.degraded(wire.Failed, &e.Attempt)
		if r.options.Failed {
			e.Meta = r.meta(x)
			return append(dst, e)
		}
	case wire.Fork:
		e := r.onFork(x)
		if x.Task.Context {
			r.accounts.context()
			return dst
		}
		if r.options.Forks {
			e.Meta = r.meta(x)
			return append(dst, e)
		}
	case wire.Exit:
		e := r.onExit(x)
		if r.options.Exits {
			e.Meta = r.meta(x)
			return append(dst, e)
		}
	case wire.Snapshot:
		r.onSnapshot(x)
	case wire.Clock:
		return r.onClock(dst, x)
	case wire.Name:
		r.owners.machine.of(x.Name.Group)[x.Name.ID] = string(x.Name.Name)
	case wire.Seen:
		if f, ok := seen.FileOf(&x.File); ok {
			r.files.Add(f)
		}
	case wire.Owner:
		r.owners.learn(&x.Owner)
	case wire.Container:
		r.containers.learn(x.Facts)
	case wire.Skipped:
		r.accounts.skips++
	case wire.Tally:
		if x.Tally.When == wire.Begin {
			r.sequence = x.Tally.Sequence
		}
		for _, gap := range r.accounts.tally(x) {
			dst = append(dst, r.lost(gap))
		}
	}
	return dst
}

// learn takes from a record that was told before what it says of processes.
func (r *Reader) learn(x *wire.Record) {
	switch x.Kind {
	case wire.Exec:
		r.onExec(x)
	case wire.Failed:
		r.onFailed(x)
	case wire.Fork:
		r.onFork(x)
	case wire.Exit:
		r.onExit(x)
	}
}

// NameOf returns the name of a user or group of the machine that a record told, and whether one did.
func (r *Reader) NameOf(id uint32, group bool) (string, bool) {
	name, known := r.owners.machine.of(group)[id]
	return name, known
}

// KnowsFile reports whether a file was executed in this session, or a record told that it was before.
func (r *Reader) KnowsFile(f seen.File) bool { return r.files.Has(f) }

// NameIn likewise returns the name in a scope that has names of its own. own reports whether it has.
func (r *Reader) NameIn(s wire.Scope, id uint32, group bool) (name string, known, own bool) {
	n, own := r.owners.scopes[s]
	name, known = n.of(group)[id]
	return name, known, own
}

// Container returns the container of an exec by the names of its control groups, and nil when they tell of none.
func (r *Reader) Container(a *event.Attempt) *event.Container { return r.containers.of(a, nil) }

// Reconcile drops each process of the table for which alive returns false. It is for use
// after exits were lost, when all records were handled.
func (r *Reader) Reconcile(alive func(event.Key) bool) { r.table.Reconcile(alive) }

// TableStats tells about the process table.
func (r *Reader) TableStats() proctable.Stats { return r.table.Stats() }

func (r *Reader) onExec(x *wire.Record) *event.Exec {
	e := &r.exec
	*e = x.Exec
	e.Env = r.env.apply(e.Env)
	r.redact.exec(e)
	e.Container = r.containers.of(&e.Attempt, r.table.Container(tableID(x.ID)))
	e.Process, e.Previous = r.table.Exec(&proctable.Exec{
		Time: x.Time, ID: tableID(x.ID), Parent: tableID(x.Parent),
		Name: e.Comm, PreviousName: e.PreviousComm, Executable: e.Executable, Directory: e.Directory,
		Args: e.Args.Head(), ArgsCut: e.Args.Missing() > 0, UID: e.UID, GID: e.GID,
		Container: e.Container,
	})
	// Another task that execs at the same time can have taken the kernel's slot for it.
	if len(e.PreviousComm) == 0 && e.Previous != nil {
		e.PreviousComm = append(e.PreviousComm, e.Previous.Name...)
	}
	e.Names = r.owners.namesFor(&e.Attempt)
	if f, ok := seen.FileOf(&e.File); ok {
		e.File.FirstSeen = r.files.Add(f)
	}
	e.Signals = event.SignalsOf(e)
	return e
}

func (r *Reader) onFailed(x *wire.Record) *event.ExecFailed {
	e := &r.failed
	*e = x.Failed
	r.redact.failed(e)
	e.Container = r.containers.of(&e.Attempt, r.table.Container(tableID(x.ID)))
	e.Process = r.table.Failed(&proctable.Failed{
		Time: x.Time, ID: tableID(x.ID), Parent: tableID(x.Parent),
		Name: e.Comm, UID: e.UID, GID: e.GID,
	})
	e.Names = r.owners.namesFor(&e.Attempt)
	return e
}

func (r *Reader) onFork(x *wire.Record) *event.Fork {
	e := &r.fork
	*e = event.Fork{NamespacePID: x.Task.NamespacePID, KernelThread: x.Task.KernelThread}
	e.Process = r.table.Fork(&proctable.Fork{
		Time: x.Time, ID: tableID(x.ID), Parent: tableID(x.Parent), Name: x.Task.Comm,
		UID: x.Task.UID, GID: x.Task.GID, KernelThread: x.Task.KernelThread,
	})
	return e
}

func (r *Reader) onExit(x *wire.Record) *event.Exit {
	e := &r.exit
	*e = x.Exit
	e.Process = r.table.Exit(x.Time, tableID(x.ID))
	return e
}

func (r *Reader) onSnapshot(x *wire.Record) {
	r.table.Snapshot(&proctable.Snapshot{
		Time: x.Time, ID: tableID(x.ID), Parent: tableID(x.Parent),
		Name: x.Task.Comm, Executable: x.Task.Executable, Directory: x.Task.Directory, Args: r.redact.running(x.Task.Args),
		UID: x.Task.UID, GID: x.Task.GID, Exited: x.Task.Zombie, Container: r.containers.ofPath(x.Task.Cgroup),
	})
}

// minStep is from when on a change of the clock's offset is an event: less is
// the clock being slewed.
const minStep = 10 * time.Millisecond

func (r *Reader) onClock(dst []event.Event, x *wire.Record) []event.Event {
	step := time.Duration(x.Offset - r.offset)
	first := !r.clockSet
	r.offset, r.clockSet = x.Offset, true
	r.table.SetClock(time.Duration(x.Offset))
	if first || step.Abs() < minStep {
		return dst
	}
	return append(dst, &event.Clock{Meta: r.meta(x), Step: step})
}

func (r *Reader) lost(g gap) *event.Lost {
	e := &event.Lost{
		Meta: event.Meta{
			Boot: g.until, Time: r.wall(g.until), Sequence: r.sequence + 1,
			CPU: g.stream.CPU(), Lane: uint8(g.stream.Lane()), Host: r.options.Host,
		},
		Kind: actionOf(g.kind), Cause: g.cause, Count: g.count,
		Since: r.wall(g.since), SinceBoot: g.since,
	}
	r.sequence += g.count
	return e
}

func (r *Reader) meta(x *wire.Record) event.Meta {
	r.sequence++
	return event.Meta{
		Boot: x.Time, Time: r.wall(x.Time), Sequence: r.sequence,
		CPU: x.CPU, Lane: uint8(x.Stream.Lane()), CPUSequence: x.Seq, Host: r.options.Host,
	}
}

func (r *Reader) wall(boot uint64) time.Time { return time.Unix(0, int64(boot)+r.offset) }

func actionOf(kind wire.Kind) event.Action {
	switch kind {
	case wire.Failed:
		return event.ActionExecFailed
	case wire.Fork:
		return event.ActionFork
	case wire.Exit:
		return event.ActionExit
	default:
		return event.ActionExec
	}
}

func tableID(id wire.ID) proctable.ID {
	return proctable.ID{PID: id.PID, Start: id.Start, ExecID: id.ExecID}
}
