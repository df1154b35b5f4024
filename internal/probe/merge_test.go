package probe

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// fakeRing is a ring in which records stand in the order in which room was reserved for them.
type fakeRing struct {
	records []*fakeRecord
}

type fakeRecord struct {
	bytes   []byte
	process int
	number  int // of the events of its process, and so of those before it
	written bool
}

func (f *fakeRing) peek() ([]byte, bool) {
	switch {
	case len(f.records) == 0:
		return nil, false
	case !f.records[0].written:
		return nil, true
	}
	return f.records[0].bytes, false
}

func (f *fakeRing) take(uint64) { f.records = f.records[1:] }

// producer is a processor that runs hooks. Each takes its number and the time, then reserves room,
// and then writes, and the others do something in between.
type producer struct {
	process int
	current *fakeRecord
	step    int
}

// TestMergeOrder lets producers and a reader take turns at random: whatever the two rings were given in
// which order, the events of each process come in theirs, and none is missing or comes twice.
func TestMergeOrder(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 0))
		rings := [2]*fakeRing{{}, {}}
		m := merge{rings[0], rings[1]}
		producers := make([]producer, 1+random.IntN(6))
		const processes = 8
		var made, seen [processes]int
		running := map[int]bool{}
		now := uint64(1000)
		known := map[*byte]*fakeRecord{}

		read := func() bool {
			record, _ := m.next()
			if record == nil {
				return false
			}
			r := known[&record[0]]
			if seen[r.process]++; r.number != seen[r.process] {
				t.Fatalf("seed %d: event %d of process %d came as number %d", seed, r.number, r.process, seen[r.process])
			}
			return true
		}
		turn := func(p *producer, start bool) {
			switch p.step {
			case 0: // a process runs on one processor at a time, on any
				p.process = random.IntN(processes)
				if running[p.process] || !start {
					return
				}
				running[p.process] = true
				made[p.process]++
				p.current = &fakeRecord{bytes: make([]byte, 24), process: p.process, number: made[p.process]}
				binary.LittleEndian.PutUint64(p.current.bytes[16:], now)
				known[&p.current.bytes[0]] = p.current
			case 1:
				ring := rings[random.IntN(2)]
				ring.records = append(ring.records, p.current)
			case 2:
				p.current.written = true
				running[p.process] = false
				now++ // what follows from it, comes later
			}
			p.step = (p.step + 1) % 3
		}
		for range 2000 {
			now += random.Uint64N(2) // several may read the same time
			if random.IntN(4) == 0 {
				read()
			}
			turn(&producers[random.IntN(len(producers))], true)
		}
		for i := range producers {
			for producers[i].step != 0 {
				turn(&producers[i], false)
			}
		}
		for read() {
		}
		if seen != made {
			t.Fatalf("seed %d: read %v of %v", seed, seen, made)
		}
	}
}

// TestMergeTie has strings of an exec in the main ring, and the exec in the reserve, with the same time.
func TestMergeTie(t *testing.T) {
	at := func(time uint64) *fakeRecord {
		r := &fakeRecord{bytes: make([]byte, 24), written: true}
		binary.LittleEndian.PutUint64(r.bytes[16:], time)
		return r
	}
	chunk, exec := at(7), at(7)
	m := merge{&fakeRing{[]*fakeRecord{chunk}}, &fakeRing{[]*fakeRecord{exec}}}
	for _, want := range []*fakeRecord{chunk, exec} {
		if record, busy := m.next(); busy || &record[0] != &want.bytes[0] {
			t.Error("the strings do not come first")
		}
	}
	if record, busy := m.next(); record != nil || busy {
		t.Errorf("got %v, %v of empty rings", record, busy)
	}
}

// TestMergeBusy has a record that is being written in one ring: what is in the other one has to wait.
func TestMergeBusy(t *testing.T) {
	for busyOne := range 2 {
		rings := [2]*fakeRing{{}, {}}
		late := &fakeRecord{bytes: make([]byte, 24)}
		rings[busyOne].records = []*fakeRecord{late}
		rings[1-busyOne].records = []*fakeRecord{{bytes: make([]byte, 24), written: true}}
		m := merge{rings[0], rings[1]}
		if record, busy := m.next(); record != nil || !busy {
			t.Errorf("ring %d is busy: got %v, %v", busyOne, record, busy)
		}
		late.written = true
		for range 2 {
			if record, busy := m.next(); record == nil || busy {
				t.Errorf("got %v, %v", record, busy)
			}
		}
	}
}
