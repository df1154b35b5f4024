package proctable

// Stats tells what a [Table] holds and what it had to give up for want of room.
type Stats struct {
	Live, Exited int // processes in the table
	TextBytes    int // of their names, paths and arguments, shared ones once

	Evicted     uint64 // exited processes that were dropped before their grace period was over
	ArgsCut     uint64 // images that kept no more than 64 bytes of argv for want of room
	LineagesCut uint64 // lineages that lost what is more than 4096 generations away
}

// Stats returns the state of the table. It takes no time that depends on its size.
func (t *Table) Stats() Stats {
	s := t.given
	s.Live, s.Exited, s.TextBytes = len(t.procs)-t.exited, t.exited, t.texts.bytes
	return s
}
