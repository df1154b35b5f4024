package object

import (
	"errors"
	"reflect"
	"slices"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// rawEntry is an entry as the kernel gave it. Of a per-CPU map it has a value for each possible CPU.
type rawEntry struct {
	key    []byte
	values [][]byte
}

// isPerCPU reports whether entries have a value for each CPU.
func isPerCPU(t ebpf.MapType) bool {
	switch t {
	case ebpf.PerCPUHash, ebpf.PerCPUArray, ebpf.LRUCPUHash, ebpf.PerCPUCGroupStorage:
		return true
	}
	return false
}

// readRaw returns the entries in no order, each once, and a note if some may be missing.
func (m *LoadedMap) readRaw() (entries []rawEntry, note string, err error) {
	switch m.kernel.Type() {
	case ebpf.Queue, ebpf.Stack:
		return m.peek()
	}
	// Batches do not stumble over entries that are removed meanwhile. Not all types and kernels have them (Linux 5.6,
	// per-CPU arrays 5.13): what fails in batches is read one by one.
	if entries, err = m.readBatches(); err == nil {
		return entries, "", nil
	}
	return m.readOneByOne()
}

// peek reads the entry that a program would take next. The others cannot be read without taking it.
func (m *LoadedMap) peek() (entries []rawEntry, note string, err error) {
	value, err := m.kernel.LookupBytes(nil)
	if err != nil || value == nil {
		return nil, "", err
	}
	return []rawEntry{{values: [][]byte{value}}}, "only the next entry can be read without taking it", nil
}

const (
	batchEntries = 4096
	batchBytes   = 4 << 20
)

// errBatch is the error of a map that is not read in batches.
var errBatch = errors.New("not in batches")

func (m *LoadedMap) readBatches() ([]rawEntry, error) {
	keySize, valueSize, cpus := int(m.KeySize), int(m.ValueSize), 1
	if isPerCPU(m.kernel.Type()) {
		var err error
		if cpus, err = ebpf.PossibleCPU(); err != nil {
			return nil, err
		}
	}
	size := keySize + cpus*valueSize
	if keySize == 0 || valueSize == 0 || size > batchBytes/2 {
		return nil, errBatch
	}
	count := min(batchEntries, batchBytes/size, max(1, int(m.MaxEntries)))
	// The loader wants slices of elements that have the size of the map's.
	elements := func(n, size int) reflect.Value {
		return reflect.MakeSlice(reflect.SliceOf(reflect.ArrayOf(size, reflect.TypeFor[byte]())), n, n)
	}
	keys, values := elements(count, keySize), elements(count*cpus, valueSize)
	var cursor ebpf.MapBatchCursor
	seen := entrySet{}
	for read := 0; ; {
		n, err := m.kernel.BatchLookup(&cursor, keys.Interface(), values.Interface(), nil)
		last := errors.Is(err, ebpf.ErrKeyNotExist)
		if err != nil && !last {
			return nil, err
		}
		for i := range n {
			e := rawEntry{key: slices.Clone(keys.Index(i).Bytes())}
			for cpu := range cpus {
				e.values = append(e.values, slices.Clone(values.Index(i*cpus+cpu).Bytes()))
			}
			seen.add(e)
		}
		if last {
			return seen.entries, nil
		}
		if read += n; n == 0 || read > 2*int(m.MaxEntries) {
			return nil, errBatch // no end is in sight
		}
	}
}

// readOneByOne follows each key to the next one, which begins anew when a program removes the key in between. The
// loader gives up after as many steps as the map can have entries.
func (m *LoadedMap) readOneByOne() (entries []rawEntry, note string, err error) {
	var key, value []byte
	var perCPU [][]byte
	into := any(&value)
	if isPerCPU(m.kernel.Type()) {
		into = &perCPU
	}
	seen := entrySet{}
	all := m.kernel.Iterate()
	for all.Next(&key, into) {
		e := rawEntry{key: key, values: slices.Clone(perCPU)}
		if perCPU == nil {
			e.values = [][]byte{slices.Clone(value)} // the loader writes into it again
		}
		seen.add(e)
	}
	switch err := all.Err(); {
	case errors.Is(err, ebpf.ErrIterationAborted):
		return seen.entries, "the map changed while it was read: entries may be missing", nil
	case errors.Is(err, unix.EOPNOTSUPP), errors.Is(err, unix.ENOTSUP):
		return nil, "", ebpf.ErrNotSupported
	case err != nil:
		return nil, "", err
	}
	return seen.entries, "", nil
}

// entrySet has each entry once, as it was read last.
type entrySet struct {
	entries []rawEntry
	index   map[string]int
}

func (s *entrySet) add(e rawEntry) {
	if s.index == nil {
		s.index = map[string]int{}
	}
	if i, ok := s.index[string(e.key)]; ok {
		s.entries[i] = e
		return
	}
	s.index[string(e.key)] = len(s.entries)
	s.entries = append(s.entries, e)
}
