package probe

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"

	"github.com/exectrail/exectrail/internal/wire"
)

func programPin(i int) string { return fmt.Sprintf("program-%d", i) }
func linkPin(i int) string    { return fmt.Sprintf("link-%d", i) }

// hooks pins the hooks, in the order in which they were attached, and returns what they are.
func (p *pin) hooks(o *objects) ([]pinnedHook, error) {
	var all []pinnedHook
	for i, h := range slices.Concat(o.hooks, o.failed.hooks) {
		if err := h.program.Pin(p.directory.At(programPin(i))); err != nil {
			return nil, fmt.Errorf("pin the program of %s: %w", h.name, err)
		}
		x := pinnedHook{
			Name: h.name, Program: h.spec.Name, Kind: h.kind, Lane: h.lane, Standby: h.standby, Failed: i >= len(o.hooks),
		}
		err := h.link.Pin(p.directory.At(linkPin(i)))
		// Those of perf events can be pinned from 5.15 on.
		x.Unpinned = errors.Is(err, ebpf.ErrNotSupported)
		if err != nil && !x.Unpinned {
			return nil, fmt.Errorf("pin the link to %s: %w", h.name, err)
		}
		all = append(all, x)
	}
	if slices.ContainsFunc(all, func(x pinnedHook) bool { return x.Unpinned }) {
		p.note("this kernel cannot pin kretprobes (Linux 5.15): execs that fail while exectrail does not run are not recorded")
	}
	return all, nil
}

// openHooks opens the hooks that are pinned. What could not be pinned is attached again.
func (p *pin) openHooks(list []pinnedHook) (hooks, failed []*hook, err error) {
	for i, x := range list {
		h := &hook{spec: &ebpf.ProgramSpec{Name: x.Program}, name: x.Name, kind: x.Kind, lane: x.Lane, standby: x.Standby}
		if x.Failed {
			failed = append(failed, h)
		} else {
			hooks = append(hooks, h)
		}
		if h.program, err = ebpf.LoadPinnedProgram(p.directory.At(programPin(i)), nil); err != nil {
			return hooks, failed, fmt.Errorf("open the program of %s: %w", x.Name, err)
		}
		if x.Unpinned {
			h.link, err = attachAgain(h)
		} else {
			h.link, err = link.LoadPinnedLink(p.directory.At(linkPin(i)), nil)
		}
		if err != nil {
			h.link = nil
			return hooks, failed, fmt.Errorf("open the link to %s: %w", x.Name, err)
		}
	}
	return hooks, failed, nil
}

func attachAgain(h *hook) (link.Link, error) {
	_, symbol, _ := strings.Cut(h.name, "/")
	if h.kind != wire.Failed || !strings.HasPrefix(h.name, "kretprobe/") {
		return nil, errDamaged
	}
	return link.Kretprobe(symbol, h.program, probeOptions())
}
