package probe

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/wire"
)

// A hook is a program of a session, and where it is attached.
type hook struct {
	spec    *ebpf.ProgramSpec
	name    string    // such as tp_btf/sched_process_exec
	kind    wire.Kind // of the records it writes; [wire.Counted] if it writes none
	lane    int
	standby bool // makes up for runs that the kernel skipped in the lanes before
	attach  func(*ebpf.Program) (link.Link, error)

	program *ebpf.Program // nil until it is loaded
	link    link.Link     // nil until it is attached

	unwatched uint64 // of a kretprobe: what it missed for want of room
}

// inLane returns a copy of a program that writes to a lane. Programs in the object file
// have no lane yet (PROGRAM_NUMBER in bpf/config.h).
func inLane(spec *ebpf.ProgramSpec, lane int) *ebpf.ProgramSpec {
	spec = spec.Copy()
	number(spec, "program_lane", asm.LoadImm(asm.R0, int64(lane), asm.DWord))
	return spec
}

// number puts an instruction in the place of those that refer to name.
func number(spec *ebpf.ProgramSpec, name string, load asm.Instruction) {
	for i, ins := range spec.Instructions {
		if ins.Reference() == name {
			load.Dst = ins.Dst
			// Its own metadata must not refer to the name any more.
			spec.Instructions[i] = load.WithMetadata(ins.Metadata).WithReference("")
		}
	}
}

// withoutSleep lets the calls fail that may sleep. Newer verifiers do not accept them
// where they can never be reached either.
func withoutSleep(spec *ebpf.ProgramSpec) {
	for i, ins := range spec.Instructions {
		if ins.IsBuiltinCall() && asm.BuiltinFunc(ins.Constant) == asm.FnCopyFromUser {
			spec.Instructions[i] = asm.Mov.Imm(asm.R0, -int32(unix.EFAULT)).WithMetadata(ins.Metadata)
		}
	}
}

// loadHooks loads the programs of hooks, and creates the maps of spec except for those that
// are there already. It returns the rest of the collection, whose owner is the caller.
func loadHooks(k *kernel, spec *ebpf.CollectionSpec, hooks []*hook, there map[string]*ebpf.Map) (*ebpf.Collection, error) {
	key := func(i int) string { return fmt.Sprint(i) }
	spec.Programs = map[string]*ebpf.ProgramSpec{}
	for i, h := range hooks {
		spec.Programs[key(i)] = h.spec
	}
	loaded, err := ebpf.NewCollectionWithOptions(spec, ebpf.CollectionOptions{MapReplacements: there, Cache: k.cache})
	if err != nil {
		return nil, fmt.Errorf("load the programs: %w", err)
	}
	for i, h := range hooks {
		h.program = loaded.DetachProgram(key(i))
	}
	return loaded, nil
}

// attachHooks attaches hooks in their order. On an error none is attached.
func attachHooks(hooks []*hook) error {
	for _, h := range hooks {
		var err error
		if h.link, err = h.attach(h.program); err != nil {
			h.link = nil
			return errors.Join(fmt.Errorf("attach %s: %w", h.name, err), detachHooks(hooks))
		}
	}
	return nil
}

// detachHooks detaches those that are attached, in the order opposite to that in which they
// were: so a fork is seen as long as anything of the child is.
func detachHooks(hooks []*hook) error {
	var errs []error
	for _, h := range slices.Backward(hooks) {
		if h.link != nil {
			h.countUnwatched()
			errs = append(errs, h.link.Close())
			h.link = nil
		}
	}
	return errors.Join(errs...)
}

// closeHooks detaches hooks and frees their programs.
func closeHooks(hooks []*hook) error {
	errs := []error{detachHooks(hooks)}
	for _, h := range hooks {
		if h.program != nil {
			errs = append(errs, h.program.Close())
		}
	}
	return errors.Join(errs...)
}

func attachTracing(p *ebpf.Program) (link.Link, error) {
	return link.AttachTracing(link.TracingOptions{Program: p})
}
