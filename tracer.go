package exectrail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"sync"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/pipeline"
	"github.com/exectrail/exectrail/internal/wire"
)

// Tracer is a session: it records what the machine executes, from [Open] until
// [Tracer.Close], or reads a recording. Its methods may be called by several
// goroutines, but only one may iterate over the events.
type Tracer struct {
	config config
	host   *event.Host
	source source

	reading sync.Mutex // held by the iteration
	using   sync.Mutex // held by the iteration while it asks for an event, and by Close
	mu      sync.Mutex // guards what follows
	reader  *pipeline.Reader
	raw     *rawCopy
	read    ReaderStats
	pending []event.Event // those before given were yielded
	given   int
	ended   bool
	closed  bool
	last    *Stats // of a tracer that was closed: then the source is, too
}

// source is where records come from.
type source interface {
	// next returns the next record, valid until the next call, and io.EOF at
	// the end. When ctx is done it ends the session, so that the end comes once
	// all records were returned. It returns no record and no error when it is woken, or has nothing to say.
	next(ctx context.Context) ([]byte, error)
	// before returns records that have to be handled before r, which was just decoded.
	before(r *wire.Record) [][]byte
	// wake makes next return, now if it blocks or else the next time it would.
	wake()
	hooks() []string
	// stats sets what is known of the source, and counters returns what the
	// kernel counted of a hook by now, by stream, and the runs it skipped.
	stats(s *Stats)
	counters(wire.Kind) (streams []wire.Counter, missed uint64)
	close() error
}

func newConfig(options []Option) config {
	c := config{bufferSize: DefaultBufferSize, failed: freePlans(), logger: slog.New(slog.DiscardHandler)}
	for _, o := range options {
		o(&c)
	}
	return c
}

func newTracer(c config, host *event.Host) *Tracer {
	return &Tracer{config: c, host: host, reader: pipeline.NewReader(pipeline.Options{
		Host: host, Failed: len(c.failed.Plans) > 0, Exits: c.exits, Forks: c.forks, EnvNames: c.envNames,
		Redactor: c.redactor(),
	})}
}

// Host returns the machine that the events come from. It never changes.
func (t *Tracer) Host() *event.Host { return t.host }

// Attached returns the names of the hooks in the kernel, such as
// tp_btf/sched_process_exec. A recording has none.
func (t *Tracer) Attached() []string { return t.source.hooks() }

// Limits tells in sentences what the session lacks: what newer kernels have, and the file of [WithSeen] if it cannot be
// used. See also [Tracer.FailedPlan].
func (t *Tracer) Limits() []string {
	if l, ok := t.source.(*live); ok {
		return append(l.probe.Limits(), l.seenLimits()...)
	}
	return nil
}

// CanWait reports whether whoever takes the events may take their time: the kernel's buffers have room for all that comes in the
// meantime, if with less detail. With [WithRawCopy] there has to be room for all details, for the copy is
// not to suffer from that; but a pinned session may begin with full buffers. It may be called in the loop over the events. A recording can always wait.
func (t *Tracer) CanWait() bool {
	l, ok := t.source.(*live)
	switch {
	case !ok:
		return true
	case t.raw != nil && l.pin == nil:
		return l.probe.Relaxed()
	default:
		return l.probe.Safe()
	}
}

// Events yields the events in their order. An event belongs to the caller
// until the next one; see package event.
//
// When ctx is done the hooks are detached, what the kernel still holds is
// yielded, and the iteration ends without an error: that is also how to stop a
// session without losing its end. A recording ends where it ends. An error
// is yielded last, with a nil event.
//
// A loop that is left early may be followed by another, which goes on with the
// event after the last.
func (t *Tracer) Events(ctx context.Context) iter.Seq2[event.Event, error] {
	return func(yield func(event.Event, error) bool) {
		if !t.reading.TryLock() {
			yield(nil, ErrBusy)
			return
		}
		defer t.reading.Unlock()
		defer t.wakeWhenDone(ctx)()

		for {
			e, err := t.nextEvent(ctx)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// wakeWhenDone wakes the source when ctx is done. The function that it returns
// ends that; a wake-up that is under way does not outlive it.
func (t *Tracer) wakeWhenDone(ctx context.Context) (stop func()) {
	woken := make(chan struct{})
	cancel := context.AfterFunc(ctx, func() {
		t.source.wake()
		close(woken)
	})
	return func() {
		if !cancel() {
			<-woken
		}
	}
}

// nextEvent returns the next event, and io.EOF when there will be none.
func (t *Tracer) nextEvent(ctx context.Context) (event.Event, error) {
	t.using.Lock()
	defer t.using.Unlock()
	for {
		if e, err := t.takePending(); e != nil || err != nil {
			return e, err
		}
		record, err := t.source.next(ctx)
		if errors.Is(err, io.EOF) {
			err = t.end()
		}
		if err == nil && record != nil {
			err = t.take(record)
		}
		if err != nil {
			return nil, err
		}
	}
}

func (t *Tracer) takePending() (event.Event, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.closed:
		return nil, ErrClosed
	case t.given < len(t.pending):
		t.given++
		return t.pending[t.given-1], nil
	case t.ended:
		return nil, io.EOF
	}
	t.pending, t.given = t.pending[:0], 0
	return nil, nil
}

// take decodes a record and handles it.
func (t *Tracer) take(record []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, err := t.reader.Decode(record)
	if err != nil {
		return t.damaged(record, err)
	}
	if first := t.source.before(r); len(first) > 0 {
		for _, f := range append(first, record) {
			if r, err = t.reader.Decode(f); err != nil {
				return t.damaged(f, err)
			}
			if err := t.handle(f, r); err != nil {
				return err
			}
		}
		return nil
	}
	return t.handle(record, r)
}

// handle saves the record that was decoded last, as r, and makes its events pending.
func (t *Tracer) handle(record []byte, r *wire.Record) error {
	t.read.Records++
	t.read.Bytes += uint64(r.Size)
	if t.raw != nil {
		if err := t.raw.write(record[:r.Size], r); err != nil {
			return err
		}
	}
	t.pending = t.reader.Handle(t.pending)
	return nil
}

func (t *Tracer) damaged(record []byte, err error) error {
	if r, ok := t.source.(*recording); ok {
		return r.Damage(record, err)
	}
	return fmt.Errorf("decode a record of the kernel: %w", err)
}

// end marks the session as over.
func (t *Tracer) end() error {
	t.mu.Lock()
	t.ended = true
	raw := t.raw
	t.mu.Unlock()
	if raw == nil {
		return nil
	}
	// Nothing is written to it any more, so that it needs no lock.
	return raw.close()
}

// closeRecording writes the end of a recording that was not read to its end. Of a session that goes on in the
// kernel all that was read is accounted for; of another one nobody can tell.
func (t *Tracer) closeRecording() error {
	l, ok := t.source.(*live)
	if !ok || l.pin == nil || t.ended || l.ended {
		return nil
	}
	l.queue = nil
	if err := l.queueFinal(); err != nil {
		return err
	}
	for record := range l.dequeue {
		r, err := t.reader.Decode(record)
		if err == nil {
			err = t.handle(record, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Stats returns what the tracer saw so far, or until it was closed.
func (t *Tracer) Stats() Stats {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last != nil {
		return *t.last
	}
	return t.stats()
}

func (t *Tracer) stats() Stats {
	s := Stats{Reader: t.read, Table: TableStats(t.reader.TableStats())}
	if t.raw != nil {
		s.RawCopy = t.raw.stats
	}
	t.source.stats(&s)
	for kind, dst := range map[wire.Kind]*Counts{wire.Exec: &s.Execs, wire.Failed: &s.Failed, wire.Fork: &s.Forks, wire.Exit: &s.Exits} {
		streams, missed := t.source.counters(kind)
		c := t.reader.Counts(kind, streams, missed)
		*dst = Counts{
			Seen: c.Seen, Filtered: c.Filtered, Recorded: c.Recorded, Degraded: c.Degraded,
			BufferFull: c.BufferFull, Recursion: c.Recursion, SlowOutput: c.SlowOutput, Restart: c.Restart,
		}
		s.ShortReads += c.ShortReads
		s.ChunksLost += c.ChunksLost
		s.Untracked += c.Untracked
	}
	return s
}

// Close ends the session at once: what was not read is discarded. An iteration
// that is under way ends with [ErrClosed]. Nothing of the tracer is left in the kernel or in
// the process when Close returns. Closing twice is fine.
func (t *Tracer) Close() error {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()

	// The iteration looks at closed when it is woken.
	t.source.wake()
	t.using.Lock()
	defer t.using.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last != nil {
		return nil
	}
	last := t.stats()
	t.last = &last
	var err error
	if t.raw != nil {
		err = errors.Join(t.closeRecording(), t.raw.close())
	}
	return errors.Join(err, t.source.close())
}
