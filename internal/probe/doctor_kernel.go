package probe

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/btf"
	"github.com/cilium/ebpf/features"

	"github.com/exectrail/exectrail/internal/machine"
)

func kernelTrials() []trial {
	const group = "kernel"
	return []trial{
		{group, "BTF", "programs are fitted to the kernel by it", true, tryBTF},
		{group, "lockdown", "confidentiality mode forbids programs to read kernel memory", true, tryLockdown},
		{group, "helpers", "functions of the kernel that the programs call", true, tryHelpers},
		{group, "bpf_rdonly_cast", "makes paths cheaper to read", false, tryReadonlyCast},
		{group, "BPF JIT", "runs programs as machine code", false, tryJIT},
		{group, "BPF statistics", "the summary tells the kernel's time per exec", false, tryStatistics},
		{group, "unprivileged BPF", "whether a user without capabilities may load programs", false, tryUnprivileged},
	}
}

func tryBTF(m *machine.Machine) (string, error) {
	const name = "sys/kernel/btf/vmlinux"
	info, err := fs.Stat(m.Root, name)
	if err == nil {
		return fmt.Sprintf("/%s, %d KiB", name, info.Size()>>10), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	hint := "use a kernel built with CONFIG_DEBUG_INFO_BTF=y"
	if _, err := fs.Stat(m.Root, "sys/kernel"); err != nil {
		hint = "mount /sys"
	}
	return "", machine.NewError("the kernel does not offer /"+name, hint)
}

func tryLockdown(m *machine.Machine) (string, error) {
	mode := bracketed(m.Setting("sys/kernel/security/lockdown"))
	switch mode {
	case "":
		return "not known: there is no /sys/kernel/security/lockdown", nil
	case "confidentiality":
		return mode, machine.NewError(
			"the kernel is locked down for confidentiality",
			"boot with lockdown=integrity, or without",
		)
	}
	return mode, nil
}

// bracketed returns the choice that is in force in a list like "[none] integrity".
func bracketed(list string) string {
	for word := range strings.FieldsSeq(list) {
		if len(word) > 2 && word[0] == '[' && word[len(word)-1] == ']' {
			return word[1 : len(word)-1]
		}
	}
	return ""
}

func tryReadonlyCast(*machine.Machine) (string, error) {
	kernel, err := btf.LoadKernelSpec()
	if err != nil {
		return "", fmt.Errorf("read BTF: %w", err)
	}
	var f *btf.Func
	if err := kernel.TypeByName("bpf_rdonly_cast", &f); err != nil {
		return "", errors.New("not in this kernel (before 6.2): a helper is called in its place")
	}
	return "in the kernel", nil
}

func tryJIT(m *machine.Machine) (string, error) {
	switch m.Setting("proc/sys/net/core/bpf_jit_enable") {
	case "":
		// The file is readable for the owner only, and not there where CONFIG_NET is off.
		return "not known: /proc/sys/net/core/bpf_jit_enable cannot be read", nil
	case "0":
		return "", machine.NewError("off: programs are interpreted, at several times the cost", "to turn it on: sysctl net.core.bpf_jit_enable=1")
	}
	return "on", nil
}

func tryStatistics(m *machine.Machine) (string, error) {
	switch m.Setting("proc/sys/kernel/bpf_stats_enabled") {
	case "1":
		return "on", nil
	case "":
		return "", errors.New("not in this kernel")
	}
	return "", machine.NewError("off", "to measure: sysctl kernel.bpf_stats_enabled=1")
}

func tryUnprivileged(m *machine.Machine) (string, error) {
	switch m.Setting("proc/sys/kernel/unprivileged_bpf_disabled") {
	case "0":
		return "allowed, though not for the kind of programs that trace", nil
	case "":
		return "not known", nil
	}
	return "not allowed: capabilities are needed", nil
}

// tryHelpers asks for each helper that the programs call at their hooks. The
// kernel has the same set for raw tracepoints as for tracepoints attached
// through BTF, and only the first can be asked for.
func tryHelpers(m *machine.Machine) (string, error) {
	k, err := readKernel()
	if err != nil {
		return "", explain(m, err)
	}
	tracer, err := readPrograms(k, trialConfig())
	if err != nil {
		return "", explain(m, err)
	}
	needed := map[asm.BuiltinFunc]bool{}
	for _, h := range hooksFor(tracer, k) {
		addHelpers(needed, h.spec.Instructions)
	}
	var absent []string
	for helper := range needed {
		err := features.HaveProgramHelper(ebpf.RawTracepoint, helper)
		switch {
		case errors.Is(err, ebpf.ErrNotSupported):
			absent = append(absent, helper.String())
		case err != nil:
			return "", explain(m, err)
		}
	}
	if len(absent) > 0 {
		slices.Sort(absent)
		return "", machine.NewError("the kernel has no "+strings.Join(absent, ", "), hintNewKernel)
	}
	return fmt.Sprintf("all %d", len(needed)), nil
}

func addHelpers(set map[asm.BuiltinFunc]bool, program asm.Instructions) {
	for _, ins := range program {
		if ins.IsBuiltinCall() {
			set[asm.BuiltinFunc(ins.Constant)] = true
		}
	}
}

const hintNewKernel = "use Linux 5.10 or newer"
