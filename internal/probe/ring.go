package probe

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"unsafe"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// ring is a ring buffer of the kernel (BPF_MAP_TYPE_RINGBUF, kernel/bpf/ringbuf.c) as its one reader
// sees it. Unlike the reader of the library it looks at a record where it lies, and gives its room back
// when it is told to: so two rings can be read as one, and what was read stays there until it was delivered.
type ring struct {
	consumer *atomic.Uint64 // up to where room was given back
	producer *atomic.Uint64 // up to where room was reserved
	data     []byte         // twice in a row, so that each record lies in one piece
	size     uint64
	position uint64 // up to where records were taken

	pages [2][]byte
}

// The states of a record (BPF_RINGBUF_BUSY_BIT, BPF_RINGBUF_DISCARD_BIT) and the length of what is before it.
const (
	recordBusy      = 1 << 31
	recordDiscarded = 1 << 30
	recordHead      = 8
)

// openRing maps a ring. The map stays the caller's.
func openRing(m *ebpf.Map) (*ring, error) {
	page, size := os.Getpagesize(), int(m.MaxEntries())
	consumer, err := unix.Mmap(m.FD(), 0, page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map the consumer's page: %w", err)
	}
	producer, err := unix.Mmap(m.FD(), int64(page), page+2*size, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("map the data: %w", err), unix.Munmap(consumer))
	}
	r := &ring{
		consumer: (*atomic.Uint64)(unsafe.Pointer(&consumer[0])),
		producer: (*atomic.Uint64)(unsafe.Pointer(&producer[0])),
		data:     producer[page:],
		size:     uint64(size),
		pages:    [2][]byte{consumer, producer},
	}
	r.position = r.consumer.Load()
	return r, nil
}

// peek returns the next record, which stays there until its room is given back. There is none when the ring is
// empty, or when the record is busy: room was reserved for it, and it is being written.
func (r *ring) peek() (record []byte, busy bool) {
	for r.position != r.producer.Load() {
		at := r.position & (r.size - 1)
		head := (*atomic.Uint32)(unsafe.Pointer(&r.data[at])).Load()
		if head&recordBusy != 0 {
			return nil, true
		}
		length := uint64(head &^ recordDiscarded)
		if head&recordDiscarded == 0 {
			return r.data[at+recordHead : at+recordHead+length], false
		}
		r.take(length)
	}
	return nil, false
}

// take goes past a record of so many bytes.
func (r *ring) take(length uint64) { r.position += recordHead + (length+7)&^7 }

// empty reports whether all records were taken.
func (r *ring) empty() bool { return r.position == r.producer.Load() }

// release gives back the room of all records that were taken.
func (r *ring) release() { r.consumer.Store(r.position) }

// held returns how many bytes of the ring records take that were taken, and not given back.
func (r *ring) held() uint64 { return r.position - r.consumer.Load() }

// used returns how many bytes of the ring are taken, read or not.
func (r *ring) used() uint64 { return r.producer.Load() - r.consumer.Load() }

func (r *ring) close() error {
	r.consumer, r.producer, r.data = nil, nil, nil
	return errors.Join(unix.Munmap(r.pages[0]), unix.Munmap(r.pages[1]))
}
