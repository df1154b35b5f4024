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
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/bpfobj"
	"github.com/exectrail/exectrail/internal/wire"
)

// Probe is one session in the kernel. Only Wake may be called while another method runs.
type Probe struct {
	objects *objects
	tasks   *link.Iter // the task iterator
	rings   [2]*ring   // the main one and the reserve
	records merge      // of both
	waiter  *waiter
	shared  []byte  // memory that the hooks and the reader share
	asleep  *uint32 // in shared: the reader wants to be woken by the next record

	elsewhere []byte // memory that they share, too; nil without a container in the terms

	pin    *pin   // of a session that outlives this process
	until  uint64 // CLOCK_BOOTTIME of the last record that is wanted, ns; 0 for no end
	hold   bool   // give no room back by itself
	idle   bool   // tell before it waits
	saidSo bool   // that it is idle

	pace     pace // of the reserve
	nap      time.Duration
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
	// ErrClockSet comes after the wall clock was set.
	ErrClockSet = errors.New("the wall clock was set")
	// ErrIdle comes, where it is asked for, before Next waits: all that was recorded by now was returned.
	ErrIdle = errors.New("all was read")
)

const (
	lapTime = time.Second
	// napTime is for how long the reader rests when it has emptied the rings,
	// before it asks to be woken: while records come, nobody is woken for them.
	napTime = 5 * time.Millisecond
	// busyTime is for how long it rests when a record is still being written, which takes a
	// microsecond unless the processor does something else in between.
	busyTime = 50 * time.Microsecond
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
	p := &Probe{lap: time.Now(), nap: napFor(c), idle: c.Idle, hold: c.Pin != ""}
	defer func() {
		if err != nil {
			p.Close()
		}
	}()
	if c.Pin != "" {
		err = openPinned(p, c)
	} else {
		p.objects, err = load(c)
	}
	if err != nil {
		return nil, err
	}
	if err = p.openRings(); err != nil {
		return nil, err
	}
	if p.shared, err = unix.Mmap(p.objects.maps[bpfobj.TracerMapReader].FD(), 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED); err != nil {
		return nil, fmt.Errorf("map the shared page: %w", err)
	}
	p.asleep = (*uint32)(unsafe.Pointer(&p.shared[0]))
	if c.Terms.Container != "" {
		if p.elsewhere, err = mapMemory(p.objects.maps[bpfobj.TracerMapElsewhere]); err != nil {
			return nil, fmt.Errorf("open the control groups that are left out: %w", err)
		}
	}
	if err = p.openTasks(); err != nil {
		return nil, err
	}
	if c.Pin == "" {
		if err = p.attach(c); err != nil {
			return nil, err
		}
	}
	p.objects.spec, p.objects.kernel.types, p.objects.kernel.cache = nil, nil, nil // megabytes
	return p, nil
}

func (p *Probe) openRings() error {
	var descriptors []int
	for i, name := range []string{bpfobj.TracerMapRing, bpfobj.TracerMapReserve} {
		m := p.objects.maps[name]
		r, err := openRing(m)
		if err != nil {
			return fmt.Errorf("open the %s: %w", name, err)
		}
		p.rings[i], p.records[i] = r, r
		descriptors = append(descriptors, m.FD())
	}
	var err error
	p.waiter, err = newWaiter(descriptors...)
	return err
}

// Close detaches the hooks and frees everything. It may be called twice.
func (p *Probe) Close() error {
	err := p.detach()
	for i, r := range p.rings {
		if r != nil {
			err = errors.Join(err, r.close())
			p.rings[i] = nil
		}
	}
	if p.waiter != nil {
		err = errors.Join(err, p.waiter.close())
	}
	if p.elsewhere != nil {
		err = errors.Join(err, unix.Munmap(p.elsewhere))
		p.elsewhere = nil
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
	if p.pin != nil {
		err = errors.Join(err, p.pin.close())
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
	awaitHooks()
	p.detached = true
	return err
}

// awaitHooks waits until all runs of hooks that are under way have ended.
func awaitHooks() {
	// A grace period of RCU: the hooks run within one.
	if _, _, errno := unix.Syscall(unix.SYS_MEMBARRIER, membarrierGlobal, 0, 0); errno != 0 {
		// Not with nohz_full. A hook runs for microseconds.
		time.Sleep(50 * time.Millisecond)
	}
}

// Next returns the next record, which is valid until the next call. It blocks
// until there is one, and returns [ErrLap] now and then, [ErrWoken] when it was
// woken and the rings are empty, [ErrClockSet], and [io.EOF] after Detach when the rings are empty.
func (p *Probe) Next() ([]byte, error) {
	p.giveBack()
	for {
		if p.sinceLap++; p.sinceLap >= 1024 {
			if p.lapped() {
				return nil, ErrLap
			}
			if p.waiter.clockWasSet() {
				return nil, ErrClockSet
			}
		}
		before := p.Position()
		record, busy := p.records.next()
		switch {
		case record != nil && p.until != 0 && wire.TimeOf(record) > p.until:
			p.rings[0].position, p.rings[1].position = before[0], before[1]
			return nil, io.EOF
		case record != nil:
			p.sinceNap, p.saidSo = true, false
			return record, nil
		case busy:
			time.Sleep(busyTime)
			p.sinceLap += 64
			continue
		case p.detached || p.until != 0:
			return nil, io.EOF
		case p.idle && !p.saidSo:
			p.saidSo = true
			return nil, ErrIdle
		}
		p.saidSo = false
		if err := p.rest(); err != nil {
			return nil, err
		}
	}
}

// rest waits for records: a nap first, and then until it is woken.
func (p *Probe) rest() error {
	if !p.hold {
		p.release()
	}
	if p.lapped() {
		return ErrLap
	}
	until := time.Time{}
	if !p.sinceNap {
		atomic.StoreUint32(p.asleep, 1)
		// A record may have come before the hooks could see the flag.
		if !p.Drained() {
			return nil
		}
		until = p.lap.Add(lapTime)
	}
	err := p.waiter.wait(until)
	if err == nil && p.sinceNap {
		p.sinceNap = false
		err = p.takeNap()
	}
	return err
}

// napFor returns for how long the reader may rest: not so long that a burst of 512 MiB/s, several times what a processor can
// write, fills half of the main ring.
func napFor(c Config) time.Duration {
	const rate = 512 << 20
	half := float64(BufferSize(c.BufferSize) / 4)
	return max(min(c.Nap, time.Duration(half/rate*1e9)), napTime)
}

// takeNap waits for a while, whatever comes. A short nap is one that nobody has to be woken from.
func (p *Probe) takeNap() error {
	if p.nap == napTime {
		time.Sleep(napTime)
		return nil
	}
	return p.waiter.wait(time.Now().Add(p.nap))
}

// giveBack gives the room of what was read back now and then: not for each record, for the hooks
// have to fetch what the reader writes.
func (p *Probe) giveBack() {
	if p.hold {
		return
	}
	for _, r := range p.rings {
		if r.held() >= r.size/64 {
			r.release()
		}
	}
}

func (p *Probe) release() {
	for _, r := range p.rings {
		r.release()
	}
}

// Wake makes Next return [ErrWoken]: now if it blocks, or else the next time the rings are empty.
func (p *Probe) Wake() error { return p.waiter.wake() }

// Drained reports whether all records were read.
func (p *Probe) Drained() bool { return p.rings[0].empty() && p.rings[1].empty() }

// Relaxed reports whether so much room is in the main ring that all is recorded of each event.
func (p *Probe) Relaxed() bool { return p.rings[0].used() < p.rings[0].size/2 }

// Safe reports whether so much room is in the reserve that no event is lost for a while, at the pace at which it is filled. That
// is so of a reserve that is nearly full, too, if nothing more comes: such as after the reader was stopped.
func (p *Probe) Safe() bool {
	reserve := p.rings[1]
	p.pace.look(time.Now(), reserve.producer.Load())
	return p.pace.lasts(reserve.size-reserve.used(), reserve.size)
}

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
	return p.setVariable(bpfobj.TracerVarSelfTgid, pid)
}

// BufferSize returns the size of both rings together in bytes.
func (p *Probe) BufferSize() int { return int(p.rings[0].size + p.rings[1].size) }

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
		limits = append(limits, "the beginning of a path of more than 3,840 bytes is cut off: this kernel has no bpf_rdonly_cast (Linux 6.2)")
	}
	return limits
}

// Failed returns how failed execs are recorded, or "" and why they are not.
func (p *Probe) Failed() (Plan, error) { return p.objects.failed.plan, p.objects.failed.obstacle }
