package exectrail

import (
	"github.com/exectrail/exectrail/internal/journal"
	"github.com/exectrail/exectrail/internal/outlet"
	"github.com/exectrail/exectrail/internal/probe"
	"github.com/exectrail/exectrail/internal/wire"
)

// Place tells where in an output bytes stand: in a regular file, which can be looked at after the writer was killed,
// or elsewhere, when only Length is not zero.
type Place = outlet.Place

// Checkpoint is a place in the events of a pinned session: up to there they are delivered, once the
// caller says so. It may be used by another goroutine than the one that iterates, one
// checkpoint at a time and in their order; some may be left out.
type Checkpoint struct {
	pin      *pin
	number   uint64
	progress wire.Progress
	position probe.Position
}

// Checkpoint returns the place after the event that was yielded last. It has to be called by the goroutine that
// iterates over the events: in the loop, from [WithIdle], or after it. It returns nil where none can be: in a
// session that is not pinned, in one that was closed, and while another event is to come of the same record of the kernel.
func (t *Tracer) Checkpoint() *Checkpoint {
	t.mu.Lock()
	defer t.mu.Unlock()
	l, ok := t.source.(*live)
	if !ok || l.pin == nil || t.closed || t.given < len(t.pending) {
		return nil
	}
	c := &Checkpoint{pin: l.pin}
	t.reader.Progress(&c.progress)
	c.position = l.pin.safe(&c.progress)
	c.number = l.pin.next()
	return c
}

// CheckpointDue reports whether so much of the kernel's buffer is taken by events that are not delivered that a
// checkpoint ought to be made now. It may be called in the loop over the events.
func (t *Tracer) CheckpointDue() bool {
	l, ok := t.source.(*live)
	return ok && l.pin != nil && l.probe.HoldsAtLeast(8)
}

func (p *pin) next() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken++
	return p.taken
}

// Begin says that what was yielded since the checkpoint before is about to be written to at. If the process is killed
// before Done, the next tracer looks there: if all of it was written to a regular file, it
// counts as delivered; if a part was, that part is cut off. Of an output of another kind that cannot be
// known, and it is yielded again.
func (c *Checkpoint) Begin(at Place) error {
	c.pin.mu.Lock()
	defer c.pin.mu.Unlock()
	if c.pin.closed {
		return ErrClosed
	}
	return c.pin.journal.Prepare(&c.progress, journal.Place(at))
}

// Done says that all that was yielded up to the checkpoint is delivered. Begin is not needed before.
func (c *Checkpoint) Done() error {
	p := c.pin
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	if c.number <= p.done {
		return nil
	}
	if _, begun := p.journal.Pending(); !begun {
		if err := p.journal.Prepare(&c.progress, journal.Place{}); err != nil {
			return err
		}
	}
	p.journal.Commit()
	p.done, p.blocked = c.number, false
	p.probe.Release(c.position)
	return nil
}
