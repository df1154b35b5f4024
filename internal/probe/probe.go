package probe

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/cilium/ebpf/link"
	"github.com/cilium/ebpf/ringbuf"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/bpfobj"
)

// Probe is one session in the kernel. Only Close may be called while another method runs.
type Probe struct {
	objects *objects
	tasks   *link.Iter // the task iterator
	ring    *ringbuf.Reader
	shared  []byte  // memory that the hooks and the reader share
	asleep  *uint32 // in shared: the reader wants to be woken by the next record

	record   ringbuf.Record
	sinceNap bool // records came since the last nap
	sinceLap int  // records since the clock was last asked
	lap      time.Time
	detached bool
}

// What [Probe.Next] returns for no record.
var (
	// ErrLap comes about once a second: the time to look after other things.
	ErrLap = errors.New("a second has passed")
	// ErrWoken comes after [Probe.Wake].
	ErrWoken = errors.New("woken")
)

const (
	lapTime = time.Second
	// napTime is for how long the reader rests when it has emptied the ring,
	// before it asks to be woken: while records come, nobody is woken for them.
	napTime = 5 * time.Millisecond
)

// Open loads the programs and attaches them. An error has a method Hint() string where the next step is known.
func Open(c Config) (*Probe, error) {
	p, err := open(c)
	if err != nil {
		return nil, advise(err)
	}
	return p, nil
}

func open(c Config) (_ *Probe, err error) {
	p := &Probe{lap: time.Now()}
	defer func() {
		if err != nil {
			p.Close()
		}
	}()
	if p.objects, err = load(c); err != nil {
		return nil, err
	}
	if p.ring, err = ringbuf.NewReader(p.objects.maps[bpfobj.TracerMapRing]); err != nil {
		return nil, fmt.Errorf("open the ring: %w", err)
	}
	if p.shared, err = unix.Mmap(p.objects.maps[bpfobj.TracerMapReader].FD(), 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED); err != nil {
		return nil, fmt.Errorf("map the shared page: %w", err)
	}
	p.asleep = (*uint32)(unsafe.Pointer(&p.shared[0]))
	if p.tasks, err = link.AttachIter(link.IterOptions{Program: p.objects.snapshot.program}); err != nil {
		return nil, fmt.Errorf("attach the task iterator: %w", err)
	}
	if err = attachHooks(p.objects.hooks); err != nil {
		return nil, err
	}
	if err = p.objects.attachFailed(c); err != nil {
		return nil, err
	}
	p.objects.spec, p.objects.kernel.types, p.objects.kernel.cache = nil, nil, nil // megabytes
	return p, nil
}

// Close detaches the hooks and frees everything. It may be called twice.
func (p *Probe) Close() error {
	err := p.detach()
	if p.ring != nil {
		err = errors.Join(err, p.ring.Close())
	}
	if p.shared != nil {
		p.asleep = nil
		err = errors.Join(err, unix.Munmap(p.shared))
		p.shared = nil
	}
	if p.tasks != nil {
		err = errors.Join(err, p.tasks.Close())
		p.tasks = nil
	}
	if p.objects != nil {
		err = errors.Join(err, p.objects.close())
		p.objects = nil
	}
	return err
}

func (p *Probe) detach() error {
	if p.objects == nil {
		return nil
	}
	return errors.Join(detachHooks(p.objects.failed.hooks), detachHooks(p.objects.hooks))
}

// membarrierGlobal is MEMBARRIER_CMD_GLOBAL of linux/membarrier.h.
const membarrierGlobal = 1

// Detach detaches the hooks and waits until none of them runs: what they wrote
// can still be read, and after it [Probe.Next] returns [io.EOF].
func (p *Probe) Detach() error {
	err := p.detach()
	// A grace period of RCU: the hooks run within one.
	if _, _, errno := unix.Syscall(unix.SYS_MEMBARRIER, membarrierGlobal, 0, 0); errno != 0 {
		// Not with nohz_full. A hook runs for microseconds.
		time.Sleep(50 * time.Millisecond)
	}
	p.detached = true
	return err
}

// Next returns the next record, which is valid until the next call. It blocks
// until there is one, and returns [ErrLap] now and then, [ErrWoken] when it was
// woken and the ring is empty, and [io.EOF] after Detach when the ring is empty.
func (p *Probe) Next() ([]byte, error) {
	for {
		if p.sinceLap++; p.sinceLap >= 1024 && p.lapped() {
			return nil, ErrLap
		}
		err := p.read(past)
		if errors.Is(err, errEmpty) {
			switch {
			case p.detached:
				return nil, io.EOF
			case p.lapped():
				return nil, ErrLap
			case p.sinceNap:
				p.sinceNap = false
				time.Sleep(napTime)
				continue
			}
			err = p.readAsleep()
		}
		switch {
		case err == nil:
			p.sinceNap = true
			return p.record.RawSample, nil
		case errors.Is(err, ErrWoken):
			return nil, ErrWoken
		case !errors.Is(err, errEmpty):
			return nil, fmt.Errorf("read the ring: %w", err)
		}
	}
}

// errEmpty is the error of a read that found no record in time.
var errEmpty = errors.New("the ring is empty")

// past is a deadline for a read that does not block.
var past = time.Unix(1, 0)

func (p *Probe) read(deadline time.Time) error {
	p.ring.SetDeadline(deadline)
	err := p.ring.ReadInto(&p.record)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errEmpty
	case errors.Is(err, ringbuf.ErrFlushed):
		return ErrWoken
	}
	return err
}

// readAsleep blocks until a record comes, the lap is over or Wake is called.
func (p *Probe) readAsleep() error {
	atomic.StoreUint32(p.asleep, 1)
	// A record may have come before the hooks could see the flag.
	if p.ring.AvailableBytes() > 0 {
		return errEmpty
	}
	return p.read(p.lap.Add(lapTime))
}

// Wake makes Next return [ErrWoken]: now if it blocks, or else the next time the ring is empty.
func (p *Probe) Wake() error { return p.ring.Flush() }

// Drained reports whether the ring is empty.
func (p *Probe) Drained() bool { return p.ring.AvailableBytes() == 0 }

// lapped reports whether a lap is over, and starts the next one if so.
func (p *Probe) lapped() bool {
	p.sinceLap = 0
	if time.Since(p.lap) < lapTime {
		return false
	}
	p.lap = time.Now()
	return true
}

// SetSelf leaves out the events of a process, by its id in the initial pid namespace.
func (p *Probe) SetSelf(pid uint32) error {
	if err := p.objects.selfTGID.Set(pid); err != nil {
		return fmt.Errorf("set self_tgid: %w", err)
	}
	return nil
}

// BufferSize returns the size of the ring in bytes.
func (p *Probe) BufferSize() int { return p.ring.BufferSize() }

// Hooks returns the names of the hooks that are attached, such as tp_btf/sched_process_exec.
func (p *Probe) Hooks() []string {
	var names []string
	for _, h := range slices.Concat(p.objects.hooks, p.objects.failed.hooks) {
		names = append(names, h.name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Limits tells in sentences what the session lacks that newer kernels have.
func (p *Probe) Limits() []string {
	var limits []string
	if !p.objects.kernel.readonlyCast {
		limits = append(limits, "the beginning of a path with more than 24 components is cut off: this kernel has no bpf_rdonly_cast (Linux 6.2)")
	}
	return limits
}

// Failed returns how failed execs are recorded, or "" and why they are not.
func (p *Probe) Failed() (Plan, error) { return p.objects.failed.plan, p.objects.failed.obstacle }
