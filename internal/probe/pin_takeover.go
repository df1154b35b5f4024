package probe

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/bpfobj"
	"github.com/exectrail/exectrail/internal/machine"
	"github.com/exectrail/exectrail/internal/pindir"
	"github.com/exectrail/exectrail/internal/wire"
)

// takeOver goes on with a session that is pinned.
func takeOver(p *Probe, c Config) (err error) {
	content, err := p.pin.openPage()
	if err != nil {
		return cannotTakeOver(c.Pin, err)
	}
	spec, err := bpfobj.LoadTracer()
	if err != nil {
		return fmt.Errorf("read the programs: %w", err)
	}
	same, err := fingerprint(spec)
	if err != nil {
		return err
	}
	if content.layout != wire.Layout || content.fingerprint != same {
		return otherLayout(c, content)
	}
	if d := content.settings.differs(settingsFor(c)); d != "" {
		return &machine.HintedError{
			Reason: fmt.Sprintf("session %s was pinned with other settings: %s", c.Pin, d),
			Next:   fmt.Sprintf("give the flags it was pinned with, or end it: exectrail unpin %s", c.Pin),
		}
	}
	if err := p.openPins(spec, content); err != nil {
		return cannotTakeOver(c.Pin, err)
	}
	p.pin.resumed = true
	setReader(p.pin.page, uint32(os.Getpid()))
	p.pin.note("going on with session %s, which was pinned by exectrail %s", c.Pin, content.version)
	for _, h := range content.settings.Hooks {
		if h.Unpinned {
			p.pin.note("execs that failed while exectrail did not run are not recorded: this kernel cannot pin kretprobes (Linux 5.15)")
			break
		}
	}
	return nil
}

// openPage reads the description of the session.
func (p *pin) openPage() (page, error) {
	m, err := ebpf.LoadPinnedMap(p.directory.At(pagePin), nil)
	if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.EACCES) {
		return page{}, errForeign
	}
	if err != nil {
		return page{}, err
	}
	defer m.Close()
	if p.page, err = mapMemory(m); err != nil {
		return page{}, err
	}
	return readPage(p.page)
}

// openPins opens all that is pinned.
func (p *Probe) openPins(spec *ebpf.CollectionSpec, content page) (err error) {
	s := &content.settings
	o := &objects{kernel: &kernel{readonlyCast: s.ReadonlyCast}, maps: map[string]*ebpf.Map{}}
	p.objects = o
	at := p.pin.directory.At
	for name, file := range pinnedMaps() {
		if o.maps[name], err = ebpf.LoadPinnedMap(at(file), nil); err != nil {
			delete(o.maps, name)
			return fmt.Errorf("open the map %s: %w", name, err)
		}
	}
	if o.offsets, err = offsetsIn(spec); err != nil {
		return err
	}
	o.snapshot = &hook{}
	if o.snapshot.program, err = ebpf.LoadPinnedProgram(at("snapshot"), nil); err != nil {
		return fmt.Errorf("open the task iterator: %w", err)
	}
	m, err := ebpf.LoadPinnedMap(at(journalPin), nil)
	if err != nil {
		return fmt.Errorf("open the journal: %w", err)
	}
	defer m.Close()
	if p.pin.journal, err = mapMemory(m); err != nil {
		return fmt.Errorf("open the journal: %w", err)
	}
	if o.hooks, o.failed.hooks, err = p.pin.openHooks(s.Hooks); err != nil {
		return err
	}
	o.failed.plan = s.Plan
	if s.Obstacle != "" {
		o.failed.obstacle = errors.New(s.Obstacle)
	}
	return nil
}

func cannotTakeOver(name string, err error) error {
	hint := "remove it: exectrail unpin " + name
	if errors.Is(err, errForeign) {
		hint = "see what is in " + filepath.Join(pindir.Sessions, name) + ", or choose another name"
	}
	return &advised{cause: err, reason: fmt.Sprintf("cannot go on with session %s: %v", name, err), hint: hint}
}

func otherLayout(c Config, content page) error {
	return &machine.HintedError{
		Reason: fmt.Sprintf("session %s was pinned by exectrail %s, whose records have another layout (%d) than those of this version (%d)",
			c.Pin, content.version, content.layout, wire.Layout),
		Next: fmt.Sprintf("read what it holds with that version, then end it: exectrail unpin %s", c.Pin),
	}
}

// inUse says who uses a session that could not be locked.
func inUse(name string, err error) error {
	if !errors.Is(err, pindir.ErrLocked) {
		return fmt.Errorf("open session %s: %w", name, err)
	}
	who := "another process"
	if content, err := peekPage(filepath.Join(pindir.Sessions, name)); err == nil && content.reader != 0 {
		who = fmt.Sprintf("process %d", content.reader)
	}
	return &advised{
		cause: ErrPinInUse, reason: fmt.Sprintf("session %s is in use by %s", name, who),
		hint: "end that process first, or choose another name",
	}
}
