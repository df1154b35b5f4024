package sink

import (
	"sync"

	"github.com/exectrail/exectrail/event"
)

// Counted hands events to a sink and accounts for each of them.
//
// Where the output cannot keep up, it does not wait, but for what [Counted.WaitWhile] allows: events for which there is no
// room are lost to this sink alone. With the first event after half of the room is free
// again, or at Close, [event.Lost] events tell of them in their place, with the cause
// [event.LostSlowOutput] and as many sequence numbers as events are missing. Lost
// events that found no room are told then as well, by their own cause.
//
// One goroutine calls Write, Missing and Close.
type Counted struct {
	sink    Sink
	out     *Writer
	patient bool
	worth   func() bool // to wait for an output that is slow
	missing missingEvents

	mu       sync.Mutex // guards what follows
	books    books
	ledger   ledger
	position uint64 // of the output after the last event
}

// NewCounted returns a sink that hands events to s, which writes to out. With patient
// set it waits for a slow output, and loses nothing: that is right where events come from a file.
func NewCounted(s Sink, out *Writer, patient bool) *Counted {
	out.hurried.Store(!patient)
	position, _ := out.out.Positions()
	return &Counted{sink: s, out: out, patient: patient, position: position, ledger: ledger{start: position}}
}

// WaitWhile lets Write wait for room while worth returns true and the output takes something at least
// once in a second. It is for use before the first Write.
func (c *Counted) WaitWhile(worth func() bool) { c.worth = worth }

// Write hands on an event, or counts it as lost. An error is that of the output, and final.
func (c *Counted) Write(e event.Event) error {
	c.mu.Lock()
	c.books.offer(e)
	c.mu.Unlock()
	if !c.admits() {
		c.missing.add(e)
		c.mu.Lock()
		c.books.drop(e)
		c.mu.Unlock()
		return c.out.Err()
	}
	if err := c.tell(); err != nil {
		c.abandon(e)
		return err
	}
	return c.pass(e)
}

// admits reports whether there is room for events. After a loss there has to be
// much, so that there is not a gap after each event.
func (c *Counted) admits() bool {
	switch {
	case c.patient:
		return true
	case c.missing.none():
		return c.out.out.Room() > 0 || c.worth != nil && c.out.out.AwaitRoom(c.worth)
	default:
		return c.out.out.Room() >= c.out.out.Limit()/2
	}
}

// pass hands an event to the sink.
func (c *Counted) pass(e event.Event) error {
	if err := c.sink.Write(e); err != nil {
		c.abandon(e)
		return err
	}
	offered, written := c.out.out.Positions()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ledger.add(e, offered-c.position)
	c.position = offered
	if c.ledger.long() {
		c.ledger.settle(written, &c.books)
	}
	return nil
}

func (c *Counted) abandon(e event.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.books.abandon(kindOf(e.Action()), countOf(e))
}

// tell writes what is missing, if anything is.
func (c *Counted) tell() (err error) {
	if c.missing.none() {
		return nil
	}
	lost := c.missing.take()
	for i := range lost {
		err = c.pass(&lost[i])
	}
	return err
}

// Missing returns how many events were lost of which the output does not tell yet.
func (c *Counted) Missing() uint64 { return c.missing.count() }

// Holds reports whether the sink keeps an event back: see [Holder].
func (c *Counted) Holds() bool {
	h, ok := c.sink.(Holder)
	return ok && h.Holds()
}

// Flush waits until the output has taken what was written.
func (c *Counted) Flush() error { return c.sink.Flush() }

// Close tells what is missing, closes the sink, and counts what the output did not take.
func (c *Counted) Close() error {
	_ = c.tell() // the sink returns the same
	err := c.sink.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	_, written := c.out.out.Positions()
	c.ledger.settle(written, &c.books)
	c.ledger.giveUp(&c.books)
	return err
}

// Stats returns the account so far.
func (c *Counted) Stats() Stats {
	_, written := c.out.out.Positions()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ledger.settle(written, &c.books)
	return c.books.stats
}
