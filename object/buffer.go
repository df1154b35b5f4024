package object

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/ringbuf"
)

// reader reads records from a buffer of the kernel.
type reader interface {
	// read waits for the next record. Its memory is not used again.
	read() (Record, error)
	// Flush has read return [perf.ErrFlushed] once all that is in the buffer was read.
	Flush() error
	Close() error
}

// buffer is a map through which programs send records, and the account of it.
type buffer struct {
	reader
	name string
	kind ebpf.MapType

	mu   sync.Mutex
	cpus map[int]*CPUStats
}

// openBuffers returns a buffer for each map of that kind, in the order of their names.
func openBuffers(all map[string]*ebpf.Map, perCPU int) (buffers []*buffer, err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, closeBuffers(buffers))
		}
	}()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		b := &buffer{name: name, kind: all[name].Type(), cpus: map[int]*CPUStats{}}
		switch b.kind {
		case ebpf.PerfEventArray:
			b.reader, err = openPerfBuffer(name, all[name], perCPU)
		case ebpf.RingBuf:
			b.reader, err = openRingBuffer(name, all[name])
		default:
			continue
		}
		if err != nil {
			return buffers, fmt.Errorf("open the buffer %s: %w", name, err)
		}
		buffers = append(buffers, b)
	}
	return buffers, nil
}

func closeBuffers(buffers []*buffer) (err error) {
	for _, b := range buffers {
		err = errors.Join(err, b.Close())
	}
	return err
}

// count enters a record into the account.
func (b *buffer) count(r *Record) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.cpus[r.CPU]
	if c == nil {
		c = &CPUStats{CPU: r.CPU}
		b.cpus[r.CPU] = c
	}
	if r.Lost == 0 {
		c.Received++
	}
	c.Lost += r.Lost
}

// ringBuffer is a BPF_MAP_TYPE_RINGBUF: one ring for all CPUs. What found no room in it is known to
// the program alone.
type ringBuffer struct {
	name string
	*ringbuf.Reader
}

func openRingBuffer(name string, m *ebpf.Map) (reader, error) {
	r, err := ringbuf.NewReader(m)
	if err != nil {
		return nil, err
	}
	return ringBuffer{name, r}, nil
}

func (b ringBuffer) read() (Record, error) {
	r, err := b.Read()
	return Record{Buffer: b.name, CPU: -1, Raw: r.RawSample}, err
}
