package sink

import (
	"encoding/binary"

	"github.com/exectrail/exectrail/event"
)

// ledger knows which events wait to be written: how many bytes each takes
// in the output, so that what was written of the output tells which are.
type ledger struct {
	start   uint64 // position in the output where the first one begins
	entries []byte // of each a varint, length*kindSpace + kind; and of a Lost event another one, its count
	settled int    // so much of entries is done with
}

const (
	kindSpace = 8
	// maxEntries is how many bytes of entries there may be before they are looked through.
	maxEntries = 4 << 10
)

func (l *ledger) add(e event.Event, length uint64) {
	kind := kindOf(e.Action())
	l.entries = binary.AppendUvarint(l.entries, length*kindSpace+uint64(kind))
	if kind == numKinds {
		l.entries = binary.AppendUvarint(l.entries, countOf(e))
	}
}

// first returns the event that was added first of those that are left, and how many bytes its entry takes.
func (l *ledger) first() (kind int, length, count uint64, size int) {
	v, size := binary.Uvarint(l.entries[l.settled:])
	kind, length, count = int(v%kindSpace), v/kindSpace, 1
	if kind == numKinds {
		var n int
		count, n = binary.Uvarint(l.entries[l.settled+size:])
		size += n
	}
	return kind, length, count, size
}

// long reports whether it is worth it to settle.
func (l *ledger) long() bool { return len(l.entries)-l.settled >= maxEntries }

// settle counts the events that end before the position written.
func (l *ledger) settle(written uint64, b *books) {
	for l.settled < len(l.entries) {
		kind, length, _, size := l.first()
		if l.start+length > written {
			break
		}
		b.write(kind)
		l.start += length
		l.settled += size
	}
	// What is left is moved when it is little, so that each entry is moved about once.
	if l.settled >= len(l.entries)/2 {
		l.entries = l.entries[:copy(l.entries, l.entries[l.settled:])]
		l.settled = 0
	}
}

// giveUp counts the events that are left as abandoned.
func (l *ledger) giveUp(b *books) {
	for l.settled < len(l.entries) {
		kind, _, count, size := l.first()
		b.abandon(kind, count)
		l.settled += size
	}
	l.entries, l.settled = nil, 0
}
