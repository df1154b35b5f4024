package object

import (
	"errors"
	"io"
	"math/bits"
	"os"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"github.com/cilium/ebpf/rlimit"
)

// loaded is what of an object is in the kernel. Closing it leaves nothing there; nor does the end of the process, except
// for maps that are pinned.
type loaded struct {
	plan       *plan
	collection *ebpf.Collection
	// attachments are the places where programs are attached, in the order in which they were.
	attachments []Attachment
	// iterators are attached programs that run when they are read, by name.
	iterators map[string]*link.Iter

	attached []io.Closer
	pins     *privatePins // nil unless maps are pinned for this session only
}

// load creates the maps and loads the programs. On an error nothing stays.
func (p *plan) load() (*loaded, error) {
	// What it keeps is no longer needed, and large.
	p.kernel.close()
	p.kernel = nil
	// Needed before 5.11 only, and not always permitted.
	if err := rlimit.RemoveMemlock(); err != nil {
		p.log.Debug("cannot raise the limit of locked memory", "error", err)
	}
	l := &loaded{plan: p, iterators: map[string]*link.Iter{}}
	path, pins, err := p.pinPath()
	if err != nil {
		return nil, err
	}
	l.pins = pins
	opts := ebpf.CollectionOptions{Maps: ebpf.MapOptions{PinPath: path}}
	l.collection, err = ebpf.NewCollectionWithOptions(p.spec, opts)
	if err != nil {
		return nil, errors.Join(p.explainLoad(err), l.Close())
	}
	return l, nil
}

// Close detaches all programs, in the order opposite to that in which they were attached, and frees programs and maps.
func (l *loaded) Close() error {
	err := l.detach()
	if l.collection != nil {
		l.collection.Close()
		l.collection = nil
	}
	if l.pins != nil {
		err = errors.Join(err, l.pins.remove())
		l.pins = nil
	}
	return err
}

// defaultRing is how many bytes a ring buffer has that does not say.
const defaultRing = 256 << 10

// fitMaps gives ring buffers a size that the kernel takes: a power of two, and whole pages. (The loader gives perf buffers
// an entry for each processor.)
func (p *plan) fitMaps() {
	for name, m := range p.spec.Maps {
		for _, m := range []*ebpf.MapSpec{m, m.InnerMap} {
			if m == nil || m.Type != ebpf.RingBuf && m.Type != ebpf.UserRingbuf {
				continue
			}
			if size := ringSize(m.MaxEntries, os.Getpagesize()); size != m.MaxEntries {
				p.log.Debug("fitted the size of a ring buffer", "map", name, "written", m.MaxEntries, "bytes", size)
				m.MaxEntries = size
			}
		}
	}
}

// ringSize returns the size of a ring buffer for which n bytes are asked.
func ringSize(n uint32, page int) uint32 {
	if n == 0 {
		n = defaultRing
	}
	n = max(n, uint32(page))
	const largest = 1 << 31
	if n >= largest {
		return largest
	}
	return 1 << bits.Len32(n-1)
}
