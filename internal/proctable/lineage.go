package proctable

import "github.com/exectrail/exectrail/event"

// maxDepth is how far above a process its ancestors are of use: as far as
// [event.Process.Ancestors] goes.
const maxDepth = 4096

// lineageShare is the part of the table that exited processes may take after their
// grace period, before lineages that are deeper than maxDepth are cut.
const lineageShare = 16

// older reports whether a process with key a can have created one with key b.
// It is a strict order, which is why there are no cycles. Early in the boot
// many processes start at one tick of a coarse clock, with ascending pids.
func older(a, b event.Key) bool {
	return a.Start < b.Start || a.Start == b.Start && a.PID < b.PID
}

// parent returns the entry of the process that a record names as the parent of
// e; nil if it names none, or one that cannot be.
func (t *Table) parent(e *entry, id ID) *entry {
	if id.PID == 0 || !older(id.key(), e.Key) {
		return nil
	}
	return t.entry(id.key())
}

// link makes parent the parent of e.
func (t *Table) link(e, parent *entry) {
	old := e.parent
	if old == parent {
		return
	}
	parent.children++
	e.parent, e.Parent = parent, &parent.Process
	if old != nil {
		old.children--
		t.reap(old)
	}

	// A process that forks and exits, and whose child does the same, over and over, grows a
	// lineage without end that its last process keeps from being dropped.
	e.depth = parent.depth + 1
	if e.depth%maxDepth == 0 && t.exited-t.queue.len > t.maxProcesses/lineageShare {
		t.cut(e)
	}
}

// cut parts the lineage of e at the first exited process that is more than
// maxDepth generations away.
func (t *Table) cut(e *entry) {
	for n := 0; e != nil && (n < maxDepth || !e.Exited); n++ {
		e = e.parent
	}
	if e == nil || e.parent == nil {
		return
	}
	parent := e.parent
	e.parent, e.Parent = nil, nil
	parent.children--
	t.given.LineagesCut++
	t.reap(parent)
}
