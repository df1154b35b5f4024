package probe

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/link"

	"github.com/exectrail/exectrail/internal/bpfobj"
	"github.com/exectrail/exectrail/internal/machine"
)

func hookTrials() []trial {
	needed, err := tracerHooks()
	if err != nil {
		return []trial{{"hooks", "programs", "built into exectrail", true, func(*machine.Machine) (string, error) { return "", err }}}
	}
	var trials []trial
	for _, h := range append(needed, otherHooks(runtime.GOARCH)...) {
		trials = append(trials, trial{"hooks", h.name, h.purpose, h.required, func(m *machine.Machine) (string, error) {
			if err := h.try(); err != nil {
				return "", explain(m, err, h.config...)
			}
			return "", nil
		}})
	}
	return trials
}

// A hookTrial is a place in the kernel at which a program can be run.
type hookTrial struct {
	name     string
	purpose  string
	required bool
	config   []string // options of the kernel without which it is not there
	spec     ebpf.ProgramSpec
	attach   func(*ebpf.Program) (link.Link, error)
}

// try attaches a program that does nothing, and detaches it.
func (h hookTrial) try() error {
	spec := h.spec
	spec.Name, spec.License = "doctor", "GPL"
	spec.Instructions = asm.Instructions{asm.Mov.Imm(asm.R0, 0), asm.Return()}
	program, err := ebpf.NewProgram(&spec)
	if err != nil {
		return err
	}
	defer program.Close()
	attached, err := h.attach(program)
	if err != nil {
		return err
	}
	return attached.Close()
}

// tracerHooks are those of the tracer's own programs.
func tracerHooks() ([]hookTrial, error) {
	tracer, err := bpfobj.LoadTracer()
	if err != nil {
		return nil, fmt.Errorf("read the programs: %w", err)
	}
	var all []hookTrial
	for _, p := range tracer.Programs {
		if forFailed(p) {
			continue
		}
		h := hookTrial{
			name: p.SectionName, purpose: "attached while tracing", required: true, config: []string{"DEBUG_INFO_BTF"},
			spec:   ebpf.ProgramSpec{Type: p.Type, AttachType: p.AttachType, AttachTo: p.AttachTo},
			attach: attachTracing,
		}
		if p.AttachType == ebpf.AttachTraceIter {
			h.purpose, h.attach = "read at the start: the processes that run already", attachIterator
		}
		all = append(all, h)
	}
	// Several programs may be made for one hook, of which the kernel decides.
	slices.SortFunc(all, func(a, b hookTrial) int { return strings.Compare(b.name, a.name) })
	return slices.CompactFunc(all, func(a, b hookTrial) bool { return a.name == b.name }), nil
}

// forFailed reports whether a program is of a plan for failed execs, which are tried by themselves.
func forFailed(p *ebpf.ProgramSpec) bool {
	return p.Name == bpfobj.TracerProgFexitExecve || p.Name == bpfobj.TracerProgKretprobeExecve || p.Name == bpfobj.TracerProgOnSysExit
}

// otherHooks are the other ways to a program that starts, best first. They
// tell what could be done on this machine.
func otherHooks(arch string) []hookTrial {
	execve := entries(arch)[0].symbol
	const other = "not needed"
	return []hookTrial{
		{
			name: "raw_tp/sched_process_exec", purpose: other,
			spec: ebpf.ProgramSpec{Type: ebpf.RawTracepoint},
			attach: func(p *ebpf.Program) (link.Link, error) {
				return link.AttachRawTracepoint(link.RawTracepointOptions{Name: "sched_process_exec", Program: p})
			},
		},
		{
			name: "tracepoint/sched/sched_process_exec", purpose: other, config: []string{"EVENT_TRACING"},
			spec: ebpf.ProgramSpec{Type: ebpf.TracePoint},
			attach: func(p *ebpf.Program) (link.Link, error) {
				return link.Tracepoint("sched", "sched_process_exec", p, nil)
			},
		},
		{
			name: "fentry/" + execve, purpose: other, config: []string{"FUNCTION_TRACER"},
			spec:   ebpf.ProgramSpec{Type: ebpf.Tracing, AttachType: ebpf.AttachTraceFEntry, AttachTo: execve},
			attach: attachTracing,
		},
		{
			name: "kprobe/" + execve, purpose: other, config: []string{"KPROBES"},
			spec: ebpf.ProgramSpec{Type: ebpf.Kprobe},
			attach: func(p *ebpf.Program) (link.Link, error) {
				return link.Kprobe(execve, p, probeOptions())
			},
		},
		{
			name: "kprobe.multi/" + execve, purpose: other, config: []string{"KPROBES", "FPROBE"},
			spec: ebpf.ProgramSpec{Type: ebpf.Kprobe, AttachType: ebpf.AttachTraceKprobeMulti},
			attach: func(p *ebpf.Program) (link.Link, error) {
				return link.KprobeMulti(p, link.KprobeMultiOptions{Symbols: []string{execve}})
			},
		},
		{
			name: "lsm/bprm_committed_creds", purpose: other, config: []string{"BPF_LSM"},
			spec: ebpf.ProgramSpec{Type: ebpf.LSM, AttachType: ebpf.AttachLSMMac, AttachTo: "bprm_committed_creds"},
			attach: func(p *ebpf.Program) (link.Link, error) {
				return link.AttachLSM(link.LSMOptions{Program: p})
			},
		},
	}
}

// attachIterator attaches and lets the program run once for each process, since
// an iterator runs only when it is read.
func attachIterator(p *ebpf.Program) (link.Link, error) {
	it, err := link.AttachIter(link.IterOptions{Program: p})
	if err != nil {
		return nil, err
	}
	r, err := it.Open()
	if err != nil {
		return nil, errors.Join(err, it.Close())
	}
	defer r.Close()
	if _, err := io.Copy(io.Discard, r); err != nil {
		return nil, errors.Join(fmt.Errorf("read iterator: %w", err), it.Close())
	}
	return it, nil
}
