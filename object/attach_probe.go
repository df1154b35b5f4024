package object

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/features"
	"github.com/cilium/ebpf/link"
)

// tracePrefix begins the names of the probes that are made through tracefs, where the kernel has no other way. Those of a
// process that was killed stay, and are told by it from those of others.
const tracePrefix = "exectrail"

func (p *plan) aimProbe(h *hook) error {
	switch h.kind {
	case "kprobe", "kretprobe":
		return p.aimKprobe(h, false)
	case "ksyscall", "kretsyscall":
		return p.aimKprobe(h, true)
	case "kprobe.multi", "kretprobe.multi", "kprobe.session":
		return p.aimKprobeMulti(h)
	case "uprobe", "uretprobe", "uprobe.multi", "uretprobe.multi":
		return p.aimUprobe(h)
	case "usdt":
		return &omission{
			reason:   "the probes that programs have built in (USDT) take a loader that follows their notes",
			hint:     "put a uprobe on the function instead, or leave it out: name the others with --program",
			loadable: true,
		}
	}
	return &omission{
		reason: fmt.Sprintf("exectrail does not know how to attach %s programs", h.kind),
		hint:   "leave it out: name the others with --program",
	}
}

func (p *plan) aimKprobe(h *hook, isSyscall bool) error {
	if h.target == "" {
		return noTarget(h, true, "vfs_unlink")
	}
	written, offset, err := splitOffset(h.target)
	if err != nil {
		return err
	}
	if h.function, h.guessed, err = p.kernel.findFunction(written, isSyscall); err != nil {
		return err
	}
	if err := p.kernel.needKprobes(); err != nil {
		return err
	}
	if h.guessed {
		p.log.Debug("found the entry of a system call", "program", h.spec.Name, "written", written, "entry", h.function)
	}
	if err := p.kernel.checkBlacklist(h.function); err != nil {
		return err
	}
	h.function = withOffset(h.function, offset)
	symbol, _, _ := strings.Cut(h.function, "+")
	opts := &link.KprobeOptions{Offset: offset, TraceFSPrefix: tracePrefix}
	attach := link.Kprobe
	if strings.HasPrefix(h.kind, "kret") {
		attach = link.Kretprobe
	}
	h.places = []place{{p.attachment(h, h.function), func(_ *loaded, program *ebpf.Program) (io.Closer, error) {
		return closer(attach(symbol, program, opts))
	}}}
	return nil
}

// closer makes an interface that is nil of a link that is nil.
func closer[L io.Closer](l L, err error) (io.Closer, error) {
	if err != nil {
		return nil, err
	}
	return l, nil
}

// needKprobes returns an error if the kernel has no kprobes. They are made through perf_event_open(2), or where that
// does not accept a name, through tracefs.
func (k *kernel) needKprobes() error { return needProbes("kprobe", "KPROBES", "KPROBE_EVENTS") }

func needProbes(kind string, config ...string) error {
	if _, err := os.Stat("/sys/bus/event_source/devices/" + kind); err == nil {
		return nil
	}
	return unsupported("has no "+kind+"s", "programs at tracepoints work: tp_btf, raw_tp, tracepoint", config...)
}

// checkBlacklist returns an error for a function that the kernel protects from kprobes, where it can be known before.
func (k *kernel) checkBlacklist(function string) error {
	text, err := os.ReadFile("/sys/kernel/debug/kprobes/blacklist")
	if err != nil {
		// It is there for root, and only where debugfs is mounted: then attaching tells.
		return nil
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[1] == function {
			return &advised{
				reason: fmt.Sprintf("the kernel protects %s from kprobes", function),
				hint:   "choose a function that calls it or that it calls; /sys/kernel/debug/kprobes/blacklist has all that are protected",
			}
		}
	}
	return nil
}

// aimKprobeMulti attaches a program to all functions that match a pattern, from Linux 5.18.
func (p *plan) aimKprobeMulti(h *hook) error {
	if h.target == "" {
		return noTarget(h, true, "'vfs_*'")
	}
	if err := p.kernel.needKprobes(); err != nil {
		return err
	}
	isSession := h.kind == "kprobe.session"
	feature := features.HaveBPFLinkKprobeMulti
	if isSession {
		feature = features.HaveBPFLinkKprobeSession
	}
	if errors.Is(feature(), ebpf.ErrNotSupported) {
		return unsupported("has no "+h.kind, "use kprobe and kretprobe programs, one for each function", "FPROBE")
	}
	names, err := p.kernel.matchFunctions(h.target)
	if err != nil {
		return err
	}
	opts := link.KprobeMultiOptions{Symbols: names, Session: isSession}
	attach := link.KprobeMulti
	if h.kind == "kretprobe.multi" {
		attach = link.KretprobeMulti
	}
	target := h.target
	if len(names) == 1 {
		target = names[0]
	}
	h.places = []place{{p.attachment(h, target), func(_ *loaded, program *ebpf.Program) (io.Closer, error) {
		return closer(attach(program, opts))
	}}}
	return nil
}

// matchFunctions returns the functions that a pattern with * and ? matches, of those that can be traced.
func (k *kernel) matchFunctions(pattern string) ([]string, error) {
	if !strings.ContainsAny(pattern, "*?[") {
		name, _, err := k.findFunction(pattern, false)
		return []string{name}, err
	}
	traceable, err := k.traceable()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, name := range traceable {
		ok, err := filepath.Match(pattern, name)
		if err != nil {
			return nil, advise(fmt.Sprintf("%q is no pattern", pattern), err, "* stands for any text, ? for one letter")
		}
		if ok {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, &advised{
			reason: fmt.Sprintf("no function of the kernel that can be traced matches %s", pattern),
			hint:   "all that can be: available_filter_functions in tracefs",
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// traceable returns the functions of the kernel itself that can be traced.
func (k *kernel) traceable() ([]string, error) {
	root, err := k.tracefs()
	if err != nil {
		return nil, err
	}
	text, err := root.ReadFile("available_filter_functions")
	if errors.Is(err, os.ErrNotExist) {
		return nil, unsupported("does not trace functions", "'exectrail doctor' tells what else this kernel has", "FUNCTION_TRACER")
	}
	if err != nil {
		return nil, fmt.Errorf("list the functions that can be traced: %w", err)
	}
	all, err := k.symbols()
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for name := range all.names() {
		known[name] = true
	}
	var names []string
	for line := range strings.Lines(string(text)) {
		name, module, _ := strings.Cut(strings.TrimSpace(line), " ")
		// Some have no name in kallsyms: the kernel then refuses them all.
		if known[name] && module == "" {
			names = append(names, name)
		}
	}
	return names, nil
}
