package exectrail

import (
	"runtime/debug"
	"sync"
	"time"

	"github.com/exectrail/exectrail/internal/journal"
	"github.com/exectrail/exectrail/internal/probe"
	"github.com/exectrail/exectrail/internal/wire"
)

// WithPin makes the session outlive its tracer, under a name of 1 to 64 letters, digits, - and _. It is pinned
// below /sys/fs/bpf/exectrail. When the tracer is closed, or its process dies, the kernel goes on recording into the
// rings, and the next tracer with the same name begins after the event that was delivered last. [Unpin] ends the session.
//
// What is delivered, the caller tells by checkpoints: see [Tracer.Checkpoint]. Without any, a session
// begins each time with what the rings still hold, and what was read is lost when they are full.
//
// Only one tracer can have the session at a time ([ErrPinInUse]). The options [WithEnv], [WithLoaderEnv], [WithTerms], [WithFailed] and
// [WithBufferSize] have to be those that it was begun with.
//
// [WithRawCopy] gets records of which no checkpoint was made from the next tracer once more.
func WithPin(name string) Option { return func(c *config) { c.pin = name } }

// WithIdle has f called each time before the iteration waits: all that has happened so far was yielded. It is
// called by the goroutine that iterates, and must not close the tracer.
func WithIdle(f func()) Option { return func(c *config) { c.idle = f } }

// Pin describes a pinned session.
type Pin struct {
	Name       string
	Version    string    // of exectrail that began it; empty if that cannot be read
	Began      time.Time // zero if that cannot be read
	InUse      bool
	Reader     int // process id of the tracer, as that process knows it; 0 if none uses the session
	BufferSize int // bytes
	// Err is why no tracer of this version can go on with the session; nil if one can, with the right options.
	Err error
}

// Pinned returns the pinned sessions of this machine, by their names. It needs the rights that [WithPin] does.
func Pinned() ([]Pin, error) {
	list, err := probe.Pins()
	if err != nil {
		return nil, err
	}
	_, offset := wallOffset()
	var pins []Pin
	for _, p := range list {
		pin := Pin{Name: p.Name, Version: p.Version, InUse: p.InUse, Reader: int(p.Reader), BufferSize: p.BufferSize, Err: p.Err}
		if p.Began != 0 {
			pin.Began = time.Unix(0, int64(p.Began)+offset)
		}
		pins = append(pins, pin)
	}
	return pins, nil
}

// Unpin ends a pinned session and removes it from the kernel, with what was recorded and not read. Its error is
// [ErrNoPin] if there is none of this name, and [ErrPinInUse] while a tracer has it.
func Unpin(name string) error { return probe.Unpin(name) }

// CheckPinName returns an error if no pinned session can have this name.
func CheckPinName(name string) error { return probe.CheckPinName(name) }

// PinNotes tells in sentences what a user ought to know of how the session is pinned: that it goes on where another
// tracer ended, or what the kernel cannot pin.
func (t *Tracer) PinNotes() []string {
	if l, ok := t.source.(*live); ok {
		return l.probe.PinNotes()
	}
	return nil
}

// pin is what a session does to outlive its tracer.
type pin struct {
	probe *probe.Probe
	open  map[wire.Stream]unfinished
	start probe.Position // before the record that was read last

	mu      sync.Mutex // guards what follows, for checkpoints come from other goroutines
	journal *journal.Journal
	taken   uint64 // checkpoints
	done    uint64 // the last one that was done
	blocked bool   // none was done for so long that it is not waited for
	closed  bool
}

// unfinished is an exec of which parts came, and the record did not.
type unfinished struct {
	seq uint64
	at  probe.Position // before the first part
}

func newPin(p *probe.Probe) (*pin, error) {
	j, err := journal.Open(p.Journal())
	if err != nil {
		return nil, err
	}
	return &pin{probe: p, journal: j, open: map[wire.Stream]unfinished{}}, nil
}

// begin returns the records that tell what earlier tracers delivered and lost.
func (p *pin) begin(now uint64) ([][]byte, error) {
	if err := p.journal.Settle(); err != nil {
		return nil, err
	}
	var delivered, read wire.Progress
	p.journal.Delivered(&delivered)
	records := delivered.AppendBegin(nil, now)
	before, ok := p.journal.GivenUp(&read)
	switch {
	case !ok:
	case p.probe.Consumed() == probe.Position(before):
		p.journal.Keep() // the tracer was killed before it gave anything back
	default:
		records = delivered.AppendRestart(records, &read, now)
	}
	return records, nil
}

// note keeps where the parts of an exec begin, until its record comes.
func (p *pin) note(r *wire.Record) {
	switch r.Kind {
	case wire.Chunk:
		if p.open[r.Stream].seq != r.Seq {
			p.open[r.Stream] = unfinished{r.Seq, p.start}
		}
	case wire.Exec:
		delete(p.open, r.Stream)
	}
}

// safe returns up to where room can be given back when progress is delivered: not
// beyond parts of an exec whose record is to come.
func (p *pin) safe(progress *wire.Progress) probe.Position {
	to := p.probe.Position()
	execs := progress.Hooks[wire.Exec].Streams
	for stream, u := range p.open {
		if int(stream) < len(execs) && u.seq <= execs[stream].Seq {
			delete(p.open, stream) // its record was lost
			continue
		}
		for i := range to {
			to[i] = min(to[i], u.at[i])
		}
	}
	return to
}

// makeRoom gives room back that was not delivered when too much of the rings is held: else what comes now is lost, for
// sure and not only if this process is killed.
func (l *live) makeRoom() error {
	if !l.holdsMuch() || l.pin.awaitDelivery(l.holdsMuch) {
		return nil
	}
	var progress wire.Progress
	l.tracer.mu.Lock()
	l.tracer.reader.Progress(&progress)
	l.tracer.mu.Unlock()
	p := l.pin
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.journal.GiveUp(l.probe.Consumed(), &progress); err != nil {
		return err
	}
	l.probe.Release(l.probe.Position())
	return nil
}

func (l *live) holdsMuch() bool { return l.probe.HoldsAtLeast(2) }

// deliveryPatience is for how long a checkpoint that is under way is waited for.
const deliveryPatience = time.Second

// awaitDelivery waits for a checkpoint that is under way, which makes room, as reading on does not. It reports whether
// there is room then.
func (p *pin) awaitDelivery(full func() bool) bool {
	for began := time.Now(); p.underway(time.Since(began)); time.Sleep(time.Millisecond) {
		if !full() {
			return true
		}
	}
	return !full()
}

// underway reports whether there is a checkpoint to wait for, after some time of waiting.
func (p *pin) underway(waited time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.blocked = p.blocked || waited > deliveryPatience
	return p.taken > p.done && !p.blocked
}

// close ends the use of what checkpoints write to.
func (p *pin) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
}

// version returns that of exectrail in this program.
func version() string {
	const module = "github.com/exectrail/exectrail"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	if info.Main.Path == module {
		return info.Main.Version
	}
	for _, d := range info.Deps {
		if d.Path == module {
			return d.Version
		}
	}
	return "(unknown)"
}

// withoutUnread sets what the kernel has counted back to what was read: the hooks of a pinned session go on.
func (l *live) withoutUnread(kind wire.Kind, counters []wire.Counter) []wire.Counter {
	if l.ended {
		return nil // the last tally holds
	}
	for s := range counters {
		counters[s] = l.tracer.reader.Final(kind, wire.Stream(s), counters[s]).Counter
	}
	return counters
}
