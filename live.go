package exectrail

import (
	"context"
	"errors"
	"io"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/diagnose"
	"github.com/exectrail/exectrail/internal/enrich"
	"github.com/exectrail/exectrail/internal/enrich/runtimes"
	"github.com/exectrail/exectrail/internal/probe"
	"github.com/exectrail/exectrail/internal/seenfile"
	"github.com/exectrail/exectrail/internal/wire"
)

// live is the kernel as the source of records, and of those about what it cannot know.
type live struct {
	tracer        *Tracer
	probe         *probe.Probe
	pin           *pin // of a session that outlives the tracer, else nil
	proc          *enrich.Proc
	users, groups *enrich.Names
	owners        *enrich.Owners
	containers    *runtimes.Lookup
	pathKey       []byte
	diagnoser     *diagnose.Diagnoser
	files         *seenfile.Store // nil when what was executed is not remembered
	filesErr      error           // why not, though it was asked for

	queue  [][]byte // records of our own, to be returned first
	offset int64    // of the wall clock to CLOCK_BOOTTIME, ns, as last told
	// seen is what the kernel had counted at seenAt: what is not accounted for of that a while later is lost.
	seen   [wire.Counted][]wire.Counter
	seenAt time.Time
	// missed is the same for skipped runs: one that is skipped now may be made up for yet.
	missed    [wire.Counted]uint64
	quietLaps int    // since the last record
	untold    uint64 // exits that were lost or filtered, when the table was last compared with what runs
	detached  bool
	ended     bool
}

func (l *live) next(ctx context.Context) ([]byte, error) {
	for record := range l.dequeue {
		return record, nil
	}
	if l.ended {
		return nil, io.EOF
	}
	// At once: the ring may never be empty while programs go on to be executed.
	if ctx.Err() != nil && !l.detached {
		l.detached = true
		if l.pin != nil {
			l.probe.End()
		} else if err := l.probe.Detach(); err != nil {
			return nil, err
		}
	}
	if l.pin != nil {
		if err := l.makeRoom(); err != nil {
			return nil, err
		}
		l.pin.start = l.probe.Position()
	}
	record, err := l.probe.Next()
	switch {
	case err == nil:
		l.quietLaps = 0
		return record, nil
	case errors.Is(err, probe.ErrWoken):
		return nil, nil
	case errors.Is(err, probe.ErrIdle):
		l.tracer.config.idle()
		return nil, nil
	case errors.Is(err, probe.ErrClockSet):
		l.queueClock()
		return nil, nil
	case errors.Is(err, probe.ErrLap):
		l.queueClock()
		return nil, l.lap()
	case errors.Is(err, io.EOF):
		l.ended = true
		l.tracer.mu.Lock()
		defer l.tracer.mu.Unlock()
		return nil, l.queueFinal()
	}
	return nil, err
}

// dequeue yields the records of our own that wait, and takes them off.
func (l *live) dequeue(yield func([]byte) bool) {
	for len(l.queue) > 0 {
		record := l.queue[0]
		l.queue = l.queue[1:]
		if !yield(record) {
			return
		}
	}
}

// minDrift is how far the offset of the clocks may drift before it is told, in ns.
const minDrift = 10_000

func (l *live) queueClock() {
	boot, offset := wallOffset()
	if d := offset - l.offset; d < minDrift && d > -minDrift {
		return
	}
	l.offset = offset
	l.queue = append(l.queue, wire.AppendClock(nil, boot, offset))
}

// wallOffset returns CLOCK_BOOTTIME and what to add to it for CLOCK_REALTIME, in
// ns. Of several readings the one that took least time is the best.
func wallOffset() (boot uint64, offset int64) {
	best := int64(-1)
	for range 5 {
		before, wall, after := clock(unix.CLOCK_BOOTTIME), clock(unix.CLOCK_REALTIME), clock(unix.CLOCK_BOOTTIME)
		if took := after - before; best < 0 || took < best {
			best, boot, offset = took, uint64(after), wall-(before+took/2)
		}
	}
	return boot, offset
}

func clock(id int32) int64 {
	var ts unix.Timespec
	if unix.ClockGettime(id, &ts) != nil {
		return 0
	}
	return ts.Nano()
}

const (
	// stalled is for how long a hook may be stopped between counting an event and writing its record: the host of a
	// virtual machine may stop one processor and not the other. It takes a microsecond otherwise.
	stalled = 3 * time.Second
	// settledLaps is after how many laps without a record there is nothing new to find.
	settledLaps = 2*int(stalled/time.Second) + 2
)

// lap looks for events that were lost with none after them to tell.
func (l *live) lap() error {
	l.quietLaps++
	// Else what is not accounted for may be in the ring.
	if l.quietLaps > settledLaps || !l.probe.Drained() || time.Since(l.seenAt) < stalled {
		return nil
	}
	now := uint64(clock(unix.CLOCK_BOOTTIME))
	for kind := range wire.Counted {
		counters, missed, err := l.probe.Counters(kind)
		if err != nil {
			return err
		}
		l.queueLost(kind, l.seen[kind], min(missed, l.missed[kind]), now)
		l.seen[kind], l.missed[kind] = counters, missed
	}
	l.seenAt = time.Now()
	return l.reconcile()
}

// reconcile drops the processes whose exit was lost or filtered, which would stay for ever.
func (l *live) reconcile() error {
	l.tracer.mu.Lock()
	defer l.tracer.mu.Unlock()
	untold := l.tracer.reader.Lost(wire.Exit)
	for _, c := range l.seen[wire.Exit] {
		untold += c.Filtered
	}
	if untold == l.untold {
		return nil
	}
	l.untold = untold
	alive := map[event.Key]bool{}
	err := l.probe.Snapshot(func(record []byte) error {
		id, _, _ := wire.SnapshotHead(record)
		alive[event.Key{PID: id.PID, Start: id.Start}] = true
		return nil
	})
	if err != nil {
		return err
	}
	l.tracer.reader.Reconcile(func(k event.Key) bool {
		if alive[k] {
			return true
		}
		_, hidden := l.proc.Describe(k.PID, k.Start)
		return hidden
	})
	return nil
}

// queueLost queues what was counted one lap ago and is not accounted for: it is not on its way any more.
func (l *live) queueLost(kind wire.Kind, seen []wire.Counter, missed, now uint64) {
	l.tracer.mu.Lock()
	defer l.tracer.mu.Unlock()
	skipped := missed > l.tracer.reader.Missed(kind)
	for i, c := range seen {
		s := wire.Stream(i)
		if skipped && s == 0 || l.tracer.reader.Behind(kind, s, c) {
			l.queue = append(l.queue, wire.AppendTally(nil, now, s, wire.Count{Hook: kind, Counter: c, Missed: missed}))
		}
	}
}

// queueFinal is called with the tracer locked. It queues what the kernel counted in the end, or what was read of a session that goes on.
func (l *live) queueFinal() error {
	now := uint64(clock(unix.CLOCK_BOOTTIME))
	for kind := range wire.Counted {
		counters, missed, err := l.probe.Counters(kind)
		if err != nil {
			return err
		}
		for s, c := range counters {
			count := wire.Count{Hook: kind, Counter: c, Missed: missed, When: wire.Final}
			if l.pin != nil {
				count = l.tracer.reader.Final(kind, wire.Stream(s), c)
			}
			l.queue = append(l.queue, wire.AppendTally(nil, now, wire.Stream(s), count))
		}
	}
	return nil
}

// before returns what only user space can tell of an exec: what was left out of it, why it failed, what its ancestors
// run that no exec told of, and what was not told yet of its file, users, groups and container.
func (l *live) before(r *wire.Record) [][]byte {
	if l.pin != nil {
		l.pin.note(r)
	}
	switch r.Kind {
	case wire.Exec:
		return l.appendSurroundings(l.appendSeen(l.appendFilled(l.appendAncestors(nil, r), r), r), r.Time, &r.Exec.Attempt)
	case wire.Failed:
		told := l.appendAncestors(nil, r)
		if l.diagnoser != nil {
			cause, detail := l.diagnoser.Diagnose(&r.Failed)
			told = append(told, wire.AppendCause(nil, r, cause, detail))
		}
		return l.appendSurroundings(told, r.Time, &r.Failed.Attempt)
	case wire.Fork:
		if !r.Task.Context {
			return l.appendAncestors(nil, r)
		}
	}
	return nil
}

func (l *live) wake() {
	// It fails only for a ring that is closed, when nothing waits for it.
	_ = l.probe.Wake()
}

func (l *live) stats(s *Stats) {
	s.BufferSize = l.probe.BufferSize()
	programs, err := l.probe.ProgramStats()
	if err != nil {
		l.tracer.config.logger.Warn("cannot read the programs' statistics", "error", err)
	}
	for _, p := range programs {
		s.Programs = append(s.Programs, ProgramStats(p))
	}
}

func (l *live) counters(kind wire.Kind) ([]wire.Counter, uint64) {
	counters, missed, err := l.probe.Counters(kind)
	if err != nil {
		l.tracer.config.logger.Warn("cannot read the kernel's counters", "error", err)
	}
	if l.pin != nil {
		// Skipped runs that were not told yet are for later, too.
		return l.withoutUnread(kind, counters), 0
	}
	return counters, missed
}

func (l *live) hooks() []string { return l.probe.Hooks() }

func (l *live) close() error {
	if l.diagnoser != nil {
		l.diagnoser.Close()
	}
	l.owners.Close()
	l.containers.Close()
	if l.pin != nil {
		l.pin.close()
	}
	l.closeSeen()
	return l.probe.Close()
}
