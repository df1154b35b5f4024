package probe

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/bpfobj"
	"github.com/exectrail/exectrail/internal/filter/term"
	"github.com/exectrail/exectrail/internal/machine"
	"github.com/exectrail/exectrail/internal/wire"
)

// maxPID bounds process ids (PID_MAX_LIMIT of 64-bit kernels).
const maxPID = 4 << 20

// treeSize returns how many process ids there are, each of which has 8 bytes in the map of the tree.
func treeSize() (uint32, error) {
	text, err := os.ReadFile("/proc/sys/kernel/pid_max")
	if err != nil {
		return 0, fmt.Errorf("count the process ids: %w", err)
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 32)
	if err != nil || n == 0 || n > maxPID {
		return 0, fmt.Errorf("count the process ids: %q is no such number", text)
	}
	return uint32(n), nil
}

// attach attaches the hooks of a new session. What runs below the process that c names is followed from then on.
func (p *Probe) attach(c Config) error {
	root := wire.ID{PID: c.Terms.Under}
	if root.PID != 0 {
		if err := p.openTasks(); err != nil {
			return err
		}
		if err := p.plant(&root); err != nil {
			return err
		}
	}
	if err := attachHooks(p.objects.hooks); err != nil {
		return err
	}
	if err := p.objects.attachFailed(c); err != nil {
		return err
	}
	if p.objects.failed.plan == PlanFexit {
		if err := p.setVariable(bpfobj.TracerVarReturnsWatched, 1); err != nil {
			return err
		}
	}
	if root.PID != 0 {
		return p.grow(root)
	}
	return nil
}

// plant makes root the first member of the tree, before the hooks are there, and finds out when it started.
func (p *Probe) plant(root *wire.ID) error {
	pid := root.PID
	err := p.Snapshot(func(record []byte) error {
		if id, _, reader := wire.SnapshotHead(record); id.PID == pid || reader && pid == term.Self {
			*root = id
		}
		return nil
	})
	if err != nil {
		return err
	}
	if root.Start == 0 {
		return noSuchRoot(pid)
	}
	return p.addMember(*root)
}

// grow puts into the tree what runs below its members now. The hooks are there, and see to those that are
// created meanwhile, and to those whose parents exit (bpf/tree.h); so one look at all processes is enough.
func (p *Probe) grow(root wire.ID) error {
	parents := map[wire.ID]wire.ID{}
	err := p.Snapshot(func(record []byte) error {
		id, parent, _ := wire.SnapshotHead(record)
		parents[process(id)] = process(parent)
		return nil
	})
	if err != nil {
		return err
	}
	members := map[wire.ID]bool{}
	for id := range parents {
		// Looked up after the snapshot: a member that had lost its parent by then is there.
		if members[id], err = p.isMember(id); err != nil {
			return err
		}
	}
	// It may have exited since it was planted; if no hook saw that, nobody took in its children.
	if _, alive := parents[process(root)]; !alive {
		there, err := p.isMember(root)
		if err != nil {
			return err
		}
		if there {
			return noSuchRoot(root.PID)
		}
		members[process(root)] = true
	}
	for id := range parents {
		if !members[id] && descends(id, parents, members) {
			if err := p.addMember(id); err != nil {
				return err
			}
		}
	}
	awaitHooks() // a run that began before that may have looked into the map already
	return p.setVariable(bpfobj.TracerVarTreeGrown, 1)
}

// process returns what names a process for as long as it lives.
func process(id wire.ID) wire.ID { return wire.ID{PID: id.PID, Start: id.Start} }

// descends reports whether the parents of a process lead to a member.
func descends(id wire.ID, parents map[wire.ID]wire.ID, members map[wire.ID]bool) bool {
	// Each step leads to another process, unless what was seen of them does not fit together.
	for range len(parents) {
		parent, ok := parents[id]
		if !ok {
			return false
		}
		if members[parent] {
			return true
		}
		id = parent
	}
	return false
}

func (p *Probe) isMember(id wire.ID) (bool, error) {
	var start uint64
	err := p.objects.maps[bpfobj.TracerMapTree].Lookup(id.PID, &start)
	if errors.Is(err, ebpf.ErrKeyNotExist) { // an id that is beyond kernel.pid_max
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for process %d in the tree: %w", id.PID, err)
	}
	return start == id.Start && start != 0, nil
}

func (p *Probe) addMember(id wire.ID) error {
	err := p.objects.maps[bpfobj.TracerMapTree].Put(id.PID, id.Start)
	if errors.Is(err, unix.E2BIG) {
		return &machine.HintedError{
			Reason: fmt.Sprintf("cannot follow process %d, whose id is beyond kernel.pid_max", id.PID),
			Next:   "end that process, or set kernel.pid_max above its id",
		}
	}
	if err != nil {
		return fmt.Errorf("put process %d into the tree: %w", id.PID, err)
	}
	return nil
}

func noSuchRoot(pid uint32) error {
	return &machine.HintedError{
		Reason: fmt.Sprintf("cannot follow what is below process %d: there is no such process", pid),
		Next:   "give the id of one that runs, as ps shows it",
	}
}

// setVariable sets a variable of the programs, which has four bytes.
func (p *Probe) setVariable(name string, value uint32) error {
	memory, err := p.objects.maps[variables].Memory()
	if err == nil {
		_, err = memory.WriteAt(binary.NativeEndian.AppendUint32(nil, value), p.objects.offsets[name])
	}
	if err != nil {
		return fmt.Errorf("set %s: %w", name, err)
	}
	return nil
}
