package probe

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/journal"
	"github.com/exectrail/exectrail/internal/machine"
	"github.com/exectrail/exectrail/internal/pindir"
	"github.com/exectrail/exectrail/internal/wire"
)

// pin is what a session has that stays in the kernel when its reader ends.
type pin struct {
	directory *pindir.Directory
	page      []byte // shared memory
	journal   []byte // shared memory
	resumed   bool   // an earlier reader began the session
	notes     []string
}

const (
	pagePin    = "session"
	journalPin = "journal"
)

// openPinned goes on with a pinned session, or begins one.
func openPinned(p *Probe, c Config) error {
	if err := CheckPinName(c.Pin); err != nil {
		return &machine.HintedError{Reason: fmt.Sprintf("cannot pin as %q: %v", c.Pin, err)}
	}
	mounted, err := preparePinRoot()
	if err != nil {
		return err
	}
	p.pin = &pin{}
	if mounted {
		p.pin.note("mounted a bpf file system at %s", pindir.BPFFS)
	}
	// Another process may begin or remove the session in between.
	for range 10 {
		p.pin.directory, err = pindir.Lock(filepath.Join(pindir.Sessions, c.Pin))
		if err == nil {
			return takeOver(p, c)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return inUse(c.Pin, err)
		}
		p.pin.directory, err = makeDirectory(c.Pin)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return inUse(c.Pin, err)
		}
		if _, err := os.Lstat(filepath.Join(pindir.Sessions, c.Pin)); err == nil {
			err := p.pin.directory.Remove()
			if err := errors.Join(err, p.pin.directory.Close()); err != nil {
				return err
			}
			continue
		}
		err := beginPinned(p, c)
		if err != nil {
			err = errors.Join(err, p.pin.directory.Remove())
		}
		return err
	}
	return inUse(c.Pin, pindir.ErrLocked)
}

func (p *pin) note(format string, args ...any) {
	p.notes = append(p.notes, fmt.Sprintf(format, args...))
}

// beginPinned loads and attaches a session and pins it: under a name by which it is
// not found until all is there.
func beginPinned(p *Probe, c Config) (err error) {
	if p.objects, err = load(c); err != nil {
		return err
	}
	spec := p.objects.spec
	at := p.pin.directory.At
	for name, file := range pinnedMaps() {
		if err := p.objects.maps[name].Pin(at(file)); err != nil {
			return fmt.Errorf("pin the map %s: %w", name, err)
		}
	}
	if err := p.objects.snapshot.program.Pin(at("snapshot")); err != nil {
		return fmt.Errorf("pin the task iterator: %w", err)
	}
	if p.pin.page, err = p.pin.newMemory(pagePin, pageSize); err != nil {
		return err
	}
	cpus, err := ebpf.PossibleCPU()
	if err != nil {
		return fmt.Errorf("count the processors: %w", err)
	}
	streams := cpus * wire.Lanes
	if p.pin.journal, err = p.pin.newMemory(journalPin, journal.Size(streams)); err != nil {
		return err
	}
	if _, err := journal.New(p.pin.journal, streams); err != nil {
		return err
	}
	if err := p.attach(c); err != nil {
		return err
	}
	content := page{layout: wire.Layout, began: bootNow(), version: c.Version, reader: uint32(os.Getpid()), settings: settingsFor(c)}
	if content.fingerprint, err = fingerprint(spec); err != nil {
		return err
	}
	s := &content.settings
	s.Plan, s.ReadonlyCast = p.objects.failed.plan, p.objects.kernel.readonlyCast
	if p.objects.failed.obstacle != nil {
		s.Obstacle = p.objects.failed.obstacle.Error()
	}
	if s.Hooks, err = p.pin.hooks(p.objects); err != nil {
		return err
	}
	if err := content.write(p.pin.page); err != nil {
		return fmt.Errorf("describe the session: %w", err)
	}
	if err := p.pin.directory.Rename(filepath.Join(pindir.Sessions, c.Pin)); err != nil {
		return fmt.Errorf("name the session: %w", err)
	}
	return nil
}

// newMemory makes a map that is memory, and pins it.
func (p *pin) newMemory(name string, size int) ([]byte, error) {
	const entry = 4096
	m, err := ebpf.NewMap(&ebpf.MapSpec{
		Name: "exectrail_" + name[:4], Type: ebpf.Array, KeySize: 4, ValueSize: entry, Flags: unix.BPF_F_MMAPABLE,
		MaxEntries: uint32((size + entry - 1) / entry),
	})
	if err != nil {
		return nil, fmt.Errorf("make the %s: %w", name, err)
	}
	defer m.Close()
	if err := m.Pin(p.directory.At(name)); err != nil {
		return nil, fmt.Errorf("pin the %s: %w", name, err)
	}
	return mapMemory(m)
}

// mapMemory maps a map that was made as memory. The memory stays when the map is closed.
func mapMemory(m *ebpf.Map) ([]byte, error) {
	if m.Type() != ebpf.Array || m.Flags()&unix.BPF_F_MMAPABLE == 0 || m.ValueSize()%8 != 0 {
		return nil, errForeign
	}
	size := int(m.ValueSize()) * int(m.MaxEntries())
	mem, err := unix.Mmap(m.FD(), 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map it: %w", err)
	}
	return mem, nil
}

func (p *pin) close() error {
	var errs []error
	if p.page != nil {
		setReader(p.page, 0)
	}
	for _, mem := range []*[]byte{&p.page, &p.journal} {
		if *mem != nil {
			errs = append(errs, unix.Munmap(*mem))
			*mem = nil
		}
	}
	if p.directory != nil {
		errs = append(errs, p.directory.Close())
		p.directory = nil
	}
	return errors.Join(errs...)
}

func bootNow() uint64 {
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts) != nil {
		return 0
	}
	return uint64(ts.Nano())
}

// Resumed reports whether the session is pinned, and an earlier reader began it.
func (p *Probe) Resumed() bool { return p.pin != nil && p.pin.resumed }

// Journal returns the memory of the session's journal; nil if the session is not pinned. It is valid until Close.
func (p *Probe) Journal() []byte {
	if p.pin == nil {
		return nil
	}
	return p.pin.journal
}

// PinNotes tells in sentences what a user ought to know of how the session is pinned.
func (p *Probe) PinNotes() []string {
	if p.pin == nil {
		return nil
	}
	return p.pin.notes
}
