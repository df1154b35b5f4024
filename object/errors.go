package object

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/machine"
)

// An advised error knows what to do next.
type advised struct {
	reason, hint string
	cause        error
}

func (e *advised) Error() string { return e.reason }

// Hint returns what to do next.
func (e *advised) Hint() string { return e.hint }

func (e *advised) Unwrap() error { return e.cause }

// advise says before an error what failed, and what to do next.
func advise(what string, err error, hint string) error {
	return &advised{reason: fmt.Sprintf("%s: %v", what, err), hint: hint, cause: err}
}

// An omission error tells why a program is not attached, although nothing is wrong with it.
type omission struct {
	reason string
	hint   string
	// loadable tells that the kernel takes the program all the same.
	loadable bool
	// elsewhere tells that the program is for another machine: that is how it is meant.
	elsewhere bool
}

func (e *omission) Error() string { return e.reason }

// Hint returns how to have the program attached.
func (e *omission) Hint() string { return e.hint }

// inProgram tells which program an error is about.
func inProgram(name string, err error) error { return fmt.Errorf("program %s: %w", name, err) }

// hintOf returns the next step that an error knows of.
func hintOf(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		return h.Hint()
	}
	return ""
}

// unsupported is for what the kernel cannot do. config are the options without which it cannot.
func unsupported(what, hint string, config ...string) error {
	reason := "the kernel " + what
	m := machine.Read(os.DirFS("/"))
	if i := slices.IndexFunc(config, m.Config.Lacks); i >= 0 {
		reason += ": it is built without CONFIG_" + config[i]
	}
	return &advised{reason: reason, hint: hint}
}

// explainLoad says in plain words why programs could not be loaded.
func (p *plan) explainLoad(err error) error {
	i := slices.IndexFunc(p.hooks, func(h *hook) bool {
		return strings.HasPrefix(err.Error(), "program "+h.spec.Name+":")
	})
	if i >= 0 {
		// The loader names the program too.
		err := &advised{reason: strings.TrimPrefix(err.Error(), "program "+p.hooks[i].spec.Name+": "), cause: err}
		return explainFor("cannot load program "+p.hooks[i].spec.Name, p.hooks[i], err)
	}
	var all machine.Attempt
	for _, h := range p.hooks {
		for _, c := range attemptOf(h).Capabilities {
			if !slices.Contains(all.Capabilities, c) {
				all.Capabilities = append(all.Capabilities, c)
			}
		}
	}
	return explain("cannot load the object", all, "'exectrail doctor' tells what this machine lacks", err)
}

// explainFor says in plain words why the kernel refused a program.
func explainFor(what string, h *hook, err error) error {
	hint := "'exectrail doctor' tells what this machine lacks"
	if isTrampoline(h.spec) {
		hint = "it takes a trampoline: where there is none, tp_btf, raw_tp and tracepoint programs work"
	}
	return explain(what, attemptOf(h), hint, err)
}

// rightsHint tells which of some capabilities are missing, or if none is, something else.
func rightsHint(otherwise string, capabilities ...int) string {
	m := machine.Read(os.DirFS("/"))
	if missing := m.Held.Missing(capabilities...); len(missing) > 0 {
		return m.RightsHint(missing)
	}
	return otherwise
}

// explain says in plain words why the kernel refused an attempt. The error stays in the chain.
func explain(what string, attempt machine.Attempt, hint string, err error) error {
	if reason := verifierReason(err); reason != "" {
		return &advised{reason: what + ": " + reason, hint: "--verifier-log shows all that the verifier says", cause: err}
	}
	if own := hintOf(err); own != "" {
		return advise(what, err, own)
	}
	reason := machine.Read(os.DirFS("/")).Explain(err, attempt)
	if own := hintOf(reason); own != "" {
		hint = own
	}
	if errors.Is(err, ebpf.ErrNotSupported) || errors.Is(err, btf.ErrNotFound) {
		// The error tells what it is that the kernel has not.
		reason = fmt.Errorf("%w: %w", reason, err)
	}
	return &advised{reason: fmt.Sprintf("%s: %v", what, reason), hint: hint, cause: err}
}

func isTrampoline(spec *ebpf.ProgramSpec) bool {
	if spec.Type == ebpf.LSM {
		return true
	}
	return spec.Type == ebpf.Tracing && spec.AttachType != ebpf.AttachTraceRawTp && spec.AttachType != ebpf.AttachTraceIter
}

// attemptOf tells what a kind of program takes.
func attemptOf(h *hook) machine.Attempt {
	tracing := []int{unix.CAP_BPF, unix.CAP_PERFMON}
	network := []int{unix.CAP_BPF, unix.CAP_NET_ADMIN}
	switch h.spec.Type {
	case ebpf.Kprobe:
		if strings.HasPrefix(h.kind, "u") {
			return machine.Attempt{Capabilities: tracing, Config: []string{"UPROBES"}}
		}
		if strings.Contains(h.kind, ".") {
			return machine.Attempt{Capabilities: tracing, Config: []string{"KPROBES", "FPROBE"}}
		}
		return machine.Attempt{Capabilities: tracing, Config: []string{"KPROBES"}}
	case ebpf.LSM:
		return machine.Attempt{Capabilities: tracing, Config: []string{"DEBUG_INFO_BTF", "BPF_LSM", "FUNCTION_TRACER"}}
	case ebpf.Tracing:
		if isTrampoline(h.spec) {
			return machine.Attempt{Capabilities: tracing, Config: []string{"DEBUG_INFO_BTF", "FUNCTION_TRACER"}}
		}
		return machine.Attempt{Capabilities: tracing, Config: []string{"DEBUG_INFO_BTF"}}
	case ebpf.TracePoint, ebpf.RawTracepoint, ebpf.RawTracepointWritable, ebpf.PerfEvent:
		return machine.Attempt{Capabilities: tracing, Config: []string{"EVENT_TRACING", "PERF_EVENTS"}}
	case ebpf.SocketFilter:
		return machine.Attempt{Capabilities: []int{unix.CAP_BPF, unix.CAP_NET_RAW}}
	case ebpf.CGroupDevice, ebpf.CGroupSysctl:
		return machine.Attempt{Capabilities: network, Config: []string{"CGROUP_BPF"}}
	}
	return machine.Attempt{Capabilities: network}
}

// checkByteOrder returns an error for an object that was compiled for the other order.
func checkByteOrder(order binary.ByteOrder) error {
	memory := []byte{1, 2}
	if order == nil || order.Uint16(memory) == binary.NativeEndian.Uint16(memory) {
		return nil
	}
	if order.Uint16(memory) == binary.BigEndian.Uint16(memory) {
		return &advised{reason: "the object is big-endian, and this machine is not", hint: "compile it for this machine: clang -target bpfel"}
	}
	return &advised{reason: "the object is little-endian, and this machine is not", hint: "compile it for this machine: clang -target bpfeb"}
}
