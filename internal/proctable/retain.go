package proctable

import "github.com/exectrail/exectrail/event"

// queue holds the exited processes that are in their grace period, in the
// order of their exits. An exited process outside of it is there for its children only.
type queue struct {
	first, last *entry
	len         int
}

func (q *queue) push(e *entry) {
	if q.last == nil {
		q.first = e
	} else {
		q.last.next = e
	}
	q.last = e
	q.len++
	e.queued = true
}

func (q *queue) pop() *entry {
	e := q.first
	q.first = e.next
	if q.first == nil {
		q.last = nil
	}
	q.len--
	e.next, e.queued = nil, false
	return e
}

// advance takes the table to the time of the next record. Entries are dropped
// here and in [Table.link] only, never under the hands of a caller that holds one.
func (t *Table) advance(time uint64) {
	t.now = max(t.now, time)
	if !t.merging() {
		t.settle()
	}
	for q := &t.queue; q.first != nil && t.now-q.first.exitedAt >= t.grace; {
		t.reap(q.pop())
	}
	t.trim()
}

// trim ends grace periods, the oldest first, while the table holds too much.
func (t *Table) trim() {
	for (len(t.procs) > t.maxProcesses || t.texts.bytes > t.maxText) && t.queue.first != nil {
		t.reap(t.queue.pop())
	}
}

// exit marks e as gone.
func (t *Table) exit(e *entry) {
	if e.Exited {
		return
	}
	e.Exited, e.exitedAt = true, t.now
	t.exited++
	t.queue.push(e)
	if t.pids[e.Key.PID] == e {
		delete(t.pids, e.Key.PID)
	}
}

// reap drops e, and then its ancestors, as far as nothing keeps them. Their own pointers
// stay as they are, for the event that was returned last may show them.
func (t *Table) reap(e *entry) {
	for e != nil && e.Exited && !e.queued && e.children == 0 {
		delete(t.procs, e.Key)
		t.texts.drop(e.text)
		t.forgetVisit(e.Key)
		t.exited--
		if t.now-e.exitedAt < t.grace {
			t.given.Evicted++
		}
		if e = e.parent; e != nil {
			e.children--
		}
	}
}

// Reconcile marks as exited each live process of the table for which alive
// returns false. It is for use after exit records were lost, when the stream
// has been read up to the present: a process that exits meanwhile may be
// marked before its last records come.
func (t *Table) Reconcile(alive func(event.Key) bool) {
	for _, e := range t.procs {
		if !e.Exited && !alive(e.Key) {
			t.exit(e)
		}
	}
	t.trim()
}
