package object

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
)

func (p *plan) aimTracing(h *hook) error {
	switch h.spec.AttachType {
	case ebpf.AttachTraceRawTp:
		if h.target == "" {
			return noTarget(h, false, "sched_process_exec")
		}
		return p.aimTyped(h, "tracepoint", "__traceiter_", h.target)
	case ebpf.AttachTraceIter:
		return p.aimIterator(h)
	case ebpf.AttachTraceFEntry, ebpf.AttachTraceFExit, ebpf.AttachModifyReturn:
		return p.aimTrampoline(h)
	}
	return &omission{
		reason: fmt.Sprintf("exectrail does not know how to attach %s programs", h.kind),
		hint:   "leave it out: name the others with --program",
	}
}

// loadFor fits a program to its target, which the kernel takes when it is loaded.
func (p *plan) loadFor(h *hook, target string) error {
	for _, other := range p.hooks {
		if other.spec == h.spec && h.spec.AttachTo != target {
			return &advised{
				reason: fmt.Sprintf("a %s program can have one target only", h.kind),
				hint:   "choose one of " + h.spec.AttachTo + " and " + target,
			}
		}
	}
	h.spec.AttachTo = target
	return nil
}

// aimTyped is for places whose functions in the kernel begin with prefix.
func (p *plan) aimTyped(h *hook, what, prefix, target string) error {
	if err := p.kernel.needTypes(); err != nil {
		return err
	}
	if err := p.kernel.needFunction(what, prefix, target); err != nil {
		return err
	}
	if err := p.loadFor(h, target); err != nil {
		return err
	}
	h.places = []place{{p.attachment(h, target), func(_ *loaded, program *ebpf.Program) (io.Closer, error) {
		if program.Type() == ebpf.LSM {
			return closer(link.AttachLSM(link.LSMOptions{Program: program}))
		}
		return closer(link.AttachTracing(link.TracingOptions{Program: program}))
	}}}
	return nil
}

// aimTrampoline is for programs at the entry and the return of functions.
func (p *plan) aimTrampoline(h *hook) error {
	if h.target == "" {
		return noTarget(h, false, "vfs_unlink")
	}
	name, guessed, err := p.kernel.findFunction(h.target, false)
	if err != nil {
		return err
	}
	h.function, h.guessed = name, guessed
	if guessed {
		p.log.Debug("found the entry of a system call", "program", h.spec.Name, "written", h.target, "entry", name)
	}
	return p.aimTyped(h, "function", "", name)
}

func (p *plan) aimLSM(h *hook) error {
	if h.spec.AttachType != ebpf.AttachLSMMac {
		return &omission{
			reason: "the loader cannot attach security hooks to a control group",
			hint:   "write it as SEC(\"lsm/...\"), or leave it out: name the others with --program",
		}
	}
	if h.target == "" {
		return noTarget(h, false, "bprm_committed_creds")
	}
	if err := p.aimTyped(h, "security hook", "bpf_lsm_", h.target); err != nil {
		return err
	}
	// It can be attached all the same.
	if modules, err := os.ReadFile("/sys/kernel/security/lsm"); err == nil && !slices.Contains(strings.Split(strings.TrimSpace(string(modules)), ","), "bpf") {
		p.log.Warn("security hooks do not run: bpf is not among the security modules of this boot", "program", h.spec.Name,
			"modules", strings.TrimSpace(string(modules)), "hint", "add bpf to lsm= on the kernel's command line")
	}
	return nil
}

// aimIterator is for programs that run when their iterator is read. One over the elements of a map has the target
// bpf_map_elem:MAP.
func (p *plan) aimIterator(h *hook) error {
	if h.target == "" {
		return noTarget(h, false, "task")
	}
	target, over, _ := strings.Cut(h.target, ":")
	if over != "" && p.spec.Maps[over] == nil {
		return &advised{reason: fmt.Sprintf("there is no map %q in the object", over), hint: "write " + target + ":MAP"}
	}
	if over == "" && (target == "bpf_map_elem" || target == "bpf_sk_storage_map" || target == "sockmap") {
		return &omission{
			reason:   "its section does not say which map it goes over",
			hint:     fmt.Sprintf("--program %s=%s:MAP", h.spec.Name, target),
			loadable: true,
		}
	}
	if err := p.aimTyped(h, "iterator", "bpf_iter_", target); err != nil {
		return err
	}
	h.places[0].Target = h.target
	h.places[0].attach = func(l *loaded, program *ebpf.Program) (io.Closer, error) {
		it, err := link.AttachIter(link.IterOptions{Program: program, Map: l.collection.Maps[over]})
		if err != nil {
			return nil, err
		}
		l.iterators[h.spec.Name] = it
		return it, nil
	}
	return nil
}

func (p *plan) aimRawTracepoint(h *hook) error {
	if h.target == "" {
		return noTarget(h, true, "sched_process_exec")
	}
	if err := p.kernel.needFunction("tracepoint", "__traceiter_", h.target); err != nil {
		return err
	}
	h.places = []place{{p.attachment(h, h.target), func(_ *loaded, program *ebpf.Program) (io.Closer, error) {
		return closer(link.AttachRawTracepoint(link.RawTracepointOptions{Name: h.target, Program: program}))
	}}}
	return nil
}
