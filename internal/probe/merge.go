package probe

import "github.com/exectrail/exectrail/internal/wire"

// queue is where records wait in the order in which room was reserved for them.
type queue interface {
	// peek returns the next record, if there is one; busy tells that it is still being written.
	peek() (record []byte, busy bool)
	take(length uint64)
}

// merge reads the main ring and the reserve as one.
//
// Of the two records that are next, the one with the earlier time goes first. So the order is right
// wherever it can be told: if a hook was done with one event before another one began, as are those of a
// process, then all that lies before the first in its ring was counted before the second, and goes first, too.
type merge [2]queue

// next returns the next record and takes it. There is none when both queues are empty, or one is
// busy: what is being written there may be older than what the other one has.
func (m *merge) next() (record []byte, busy bool) {
	main, mainBusy := m[0].peek()
	reserve, reserveBusy := m[1].peek()
	if main == nil && reserve != nil && !mainBusy {
		// What was put there before the other record was may not have been there yet at the first look.
		main, mainBusy = m[0].peek()
	}
	if mainBusy || reserveBusy {
		return nil, true
	}
	from := 0
	record = main
	// At the same time, the strings of an exec in the main ring come before what the reserve has of it.
	if main == nil || reserve != nil && wire.TimeOf(reserve) < wire.TimeOf(main) {
		record, from = reserve, 1
	}
	if record != nil {
		m[from].take(uint64(len(record)))
	}
	return record, false
}
