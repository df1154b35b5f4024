// Package journal keeps, in memory that outlives the process, up to where the events of a session were
// delivered, so that another process can go on exactly there.
//
// Whoever writes may be killed between any two instructions: so a state is written beside
// the one that holds, and a store of one word makes it hold.
package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync/atomic"
	"unsafe"

	"github.com/exectrail/exectrail/internal/wire"
)

// Journal is such memory. Its methods may not be called at the same time.
type Journal struct {
	mem     []byte
	streams int
	state   *atomic.Uint32 // which copy is delivered, and whether the other one is pending
	given   *atomic.Uint32 // which copy tells what was given up: 0 for none
}

// Place tells where in an output bytes stand.
type Place struct {
	// File, Device, Inode and Offset are zero unless the output is a regular file.
	File          string
	Device, Inode uint64
	Offset        int64
	Length        int64 // in bytes
}

// ErrFormat is the error of memory that no journal was written to.
var ErrFormat = errors.New("not a journal")

// The memory: a head, two copies of what was delivered, each with a place, and two of what was given up, each
// with the positions that the rings had before. All integers are little endian.
const (
	magic    = 0x6c6e726a // "jrnl"
	headSize = 64
	stateAt  = 8
	givenAt  = 12

	indexBit   = 1
	pendingBit = 2

	maxPath      = 4096
	placeSize    = 40 + maxPath
	giftSize     = 16
	progressHead = 16
	hookHead     = 16
	streamSize   = 48
)

func progressSize(streams int) int {
	return progressHead + int(wire.Counted)*(hookHead+streams*streamSize)
}

// Size returns how much memory a journal takes, in bytes, for so many streams of each kind of record.
func Size(streams int) int {
	return headSize + 2*(placeSize+progressSize(streams)) + 2*(giftSize+progressSize(streams))
}

// New begins a journal in memory that is all zero. Nothing was delivered yet.
func New(mem []byte, streams int) (*Journal, error) {
	if len(mem) < Size(streams) {
		return nil, fmt.Errorf("journal of %d streams in %d bytes", streams, len(mem))
	}
	binary.LittleEndian.PutUint32(mem[4:], uint32(streams))
	binary.LittleEndian.PutUint32(mem, magic)
	return open(mem, streams), nil
}

// Open returns the journal that was begun in mem.
func Open(mem []byte) (*Journal, error) {
	if len(mem) < headSize || binary.LittleEndian.Uint32(mem) != magic {
		return nil, ErrFormat
	}
	streams := binary.LittleEndian.Uint32(mem[4:])
	if streams > 1<<20 || len(mem) < Size(int(streams)) {
		return nil, fmt.Errorf("%w: %d streams in %d bytes", ErrFormat, streams, len(mem))
	}
	j := open(mem, int(streams))
	if j.state.Load() > indexBit|pendingBit || j.given.Load() > 2 {
		return nil, fmt.Errorf("%w: in state %d and %d", ErrFormat, j.state.Load(), j.given.Load())
	}
	return j, nil
}

func open(mem []byte, streams int) *Journal {
	return &Journal{
		mem: mem, streams: streams,
		state: (*atomic.Uint32)(unsafe.Pointer(&mem[stateAt])),
		given: (*atomic.Uint32)(unsafe.Pointer(&mem[givenAt])),
	}
}

func (j *Journal) copyOf(i uint32) []byte {
	size := placeSize + progressSize(j.streams)
	return j.mem[headSize+int(i)*size:][:size]
}

func (j *Journal) giftOf(i uint32) []byte {
	size := giftSize + progressSize(j.streams)
	return j.mem[headSize+2*(placeSize+progressSize(j.streams))+int(i)*size:][:size]
}

// Delivered sets p to what was delivered.
func (j *Journal) Delivered(p *wire.Progress) {
	getProgress(j.copyOf(j.state.Load() & indexBit)[placeSize:], p, j.streams)
}

// Prepare writes down that what leads to p is about to be delivered, to a place. It is pending until Commit or Cancel.
func (j *Journal) Prepare(p *wire.Progress, at Place) error {
	if len(at.File) > maxPath {
		return fmt.Errorf("the path of the output has %d bytes: at most %d are possible", len(at.File), maxPath)
	}
	index := j.state.Load() & indexBit
	j.state.Store(index) // what may be pending yet is about to be overwritten
	next := j.copyOf(index ^ indexBit)
	putPlace(next, at)
	if err := putProgress(next[placeSize:], p, j.streams); err != nil {
		return err
	}
	j.state.Store(index | pendingBit)
	return nil
}

// Pending returns where what is pending was to be delivered to, if something is.
func (j *Journal) Pending() (Place, bool) {
	state := j.state.Load()
	if state&pendingBit == 0 {
		return Place{}, false
	}
	return getPlace(j.copyOf(state&indexBit ^ indexBit)), true
}

// Commit says that what was pending was delivered.
func (j *Journal) Commit() {
	if state := j.state.Load(); state&pendingBit != 0 {
		j.state.Store(state&indexBit ^ indexBit)
	}
}

// Cancel says that it was not.
func (j *Journal) Cancel() { j.state.Store(j.state.Load() & indexBit) }

// GiveUp writes down that the room of what leads to p is about to be given back though it was not delivered:
// if the reader ends now, it is lost. positions are those of the rings before.
func (j *Journal) GiveUp(positions [2]uint64, p *wire.Progress) error {
	next := j.given.Load() & 1 // 0 or 2: copy 0, which is then called 1; 1: copy 1, then 2
	to := j.giftOf(next)
	for i, position := range positions {
		binary.LittleEndian.PutUint64(to[8*i:], position)
	}
	if err := putProgress(to[giftSize:], p, j.streams); err != nil {
		return err
	}
	j.given.Store(next + 1)
	return nil
}

// GivenUp sets p to what was given up last, and returns the positions of the rings
// before; false if nothing was.
func (j *Journal) GivenUp(p *wire.Progress) (positions [2]uint64, ok bool) {
	n := j.given.Load()
	if n == 0 {
		return positions, false
	}
	from := j.giftOf(n - 1)
	for i := range positions {
		positions[i] = binary.LittleEndian.Uint64(from[8*i:])
	}
	getProgress(from[giftSize:], p, j.streams)
	return positions, true
}

// Keep says that nothing was given up after all.
func (j *Journal) Keep() { j.given.Store(0) }
