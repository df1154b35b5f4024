package lives

import (
	"slices"
	"time"

	"github.com/exectrail/exectrail/event"
)

// Collector makes a [Run] of events. It does no I/O, reads no clock, and keeps nothing of the events it is given.
//
// Times are those of CLOCK_BOOTTIME, told as wall clock by the first event. So a step of the clock in between
// makes no process longer or shorter.
//
// Events may be missing: a process is known from the first event on that is about it, whatever that is, and from an event of
// a descendant where its own are missing and an ancestor of it is known, or it is the one of [Collector.AttachedTo].
type Collector struct {
	run   Run
	lives map[event.Key]*life
	order []*life // as they were first seen
	root  uint32  // process that was attached to; 0 for none

	texts  map[string]string // each path once
	execs  int
	offset time.Duration // of the wall clock to CLOCK_BOOTTIME
	first  uint64        // CLOCK_BOOTTIME of the first event
	last   uint64        // of the last one
}

// life is a process that is being put together.
type life struct {
	Process
	parent event.Key
}

// NewCollector returns a Collector for what command started; nil where it was not started, but attached to.
func NewCollector(command []string) *Collector {
	return &Collector{
		run:   Run{Command: slices.Clone(command)},
		lives: make(map[event.Key]*life),
		texts: make(map[string]string),
	}
}

// AttachedTo tells that the events are of a process that ran before, and of what is below it. It is part of the run
// from the first of these events on, whichever of them that is about.
func (c *Collector) AttachedTo(pid uint32) { c.root = pid }

// Add takes the next event, in the order of the stream. Nothing of e is kept.
func (c *Collector) Add(e event.Event) {
	m := e.Header()
	if c.first == 0 {
		c.offset = time.Duration(m.Time.UnixNano() - int64(m.Boot))
		c.first = m.Boot
	}
	c.last = max(c.last, m.Boot)
	if m.Host != nil {
		c.run.Host = m.Host.Name
	}
	switch e := e.(type) {
	case *event.Lost:
		c.run.Lost += e.Count
		return
	case *event.Clock:
		return
	case *event.Fork:
		c.fork(e)
	case *event.Exec:
		c.exec(e)
	case *event.ExecFailed:
		c.execFailed(e)
	case *event.Exit:
		c.exit(e)
	}
	c.run.Recorded++
}

// Run returns what was collected so far. It begins with the first event, or with the first process when a command was
// started, and ends with the last event; a caller that knows better, or how many events were filtered, can set that in it. It
// shares nothing that Add changes.
func (c *Collector) Run() *Run {
	r := c.run
	r.Begin, r.End = c.time(c.first), c.time(c.last)
	if c.first == 0 {
		r.Begin, r.End = time.Time{}, time.Time{}
	}
	order := slices.Clone(c.order)
	slices.SortStableFunc(order, func(a, b *life) int { return a.Start.Compare(b.Start) })
	index := make(map[event.Key]int, len(order))
	r.Processes = make([]Process, 0, len(order))
	for i, l := range order {
		p := l.Process
		p.Programs, p.Failed = slices.Clone(p.Programs), slices.Clone(p.Failed)
		p.Parent = -1
		if parent, ok := index[l.parent]; ok {
			p.Parent = parent
		}
		index[p.Key] = i
		r.Processes = append(r.Processes, p)
	}
	if len(r.Command) > 0 && len(order) > 0 && order[0].Start.Before(r.Begin) {
		r.Begin = order[0].Start
	}
	return &r
}

// time returns a time by CLOCK_BOOTTIME as wall clock.
func (c *Collector) time(boot uint64) time.Time {
	return time.Unix(0, int64(boot)+int64(c.offset)).UTC()
}
