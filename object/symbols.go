package object

import (
	"fmt"
	"iter"
	"os"
	"runtime"
	"slices"
	"strings"
)

// symbols are the functions of the running kernel and its modules, as the text that /proc/kallsyms has. Anybody may read the
// names there; the addresses are zero for who may not know them. There are more than a hundred thousand: they are searched,
// and taken apart only where none is found.
type symbols string

// functionTypes are the letters of functions in that text.
const functionTypes = "tTwW"

// has reports whether there is a function of a name.
func (s symbols) has(name string) bool {
	// Address, type, name, and where a module has it, a tab and its name.
	for rest := string(s); ; {
		i := strings.Index(rest, " "+name)
		if i < 0 {
			return false
		}
		end := i + 1 + len(name)
		isWhole := end == len(rest) || rest[end] == '\n' || rest[end] == '\t'
		if isWhole && i > 0 && strings.IndexByte(functionTypes, rest[i-1]) >= 0 {
			return true
		}
		rest = rest[end:]
	}
}

// names yields the names of all functions.
func (s symbols) names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range strings.Lines(string(s)) {
			_, rest, _ := strings.Cut(line, " ")
			letter, name, ok := strings.Cut(rest, " ")
			if end := strings.IndexAny(name, "\t\n"); end >= 0 {
				name = name[:end]
			}
			if ok && strings.Contains(functionTypes, letter) && !yield(name) {
				return
			}
		}
	}
}

// A kernel is what a plan asks the running kernel. Each answer is looked up when it is first needed.
type kernel struct {
	functions symbols
	tracing   *os.Root // tracefs
}

// symbols returns the functions of the kernel.
func (k *kernel) symbols() (symbols, error) {
	if k.functions != "" {
		return k.functions, nil
	}
	text, err := os.ReadFile("/proc/kallsyms")
	if err != nil {
		return "", advise("cannot read the names of the kernel's functions", err,
			"mount /proc, and use a kernel built with CONFIG_KALLSYMS=y")
	}
	k.functions = symbols(text)
	return k.functions, nil
}

// A syscallABI names the functions by which the system calls of an architecture enter: prefix before sys_execve. They
// have had these prefixes since Linux 4.17 on amd64 and 4.19 on arm64 (CONFIG_ARCH_HAS_SYSCALL_WRAPPER).
type syscallABI struct{ native, compat string }

// syscallEntries returns the names of the entries of an architecture, as Go names it.
func syscallEntries(arch string) syscallABI {
	switch arch {
	case "amd64":
		return syscallABI{"__x64_", "__ia32_compat_"}
	case "arm64":
		return syscallABI{"__arm64_", "__arm64_compat_"}
	case "s390x":
		return syscallABI{"__s390x_", "__s390_compat_"}
	case "riscv64":
		return syscallABI{"__riscv_", "__riscv_compat_"}
	}
	return syscallABI{}
}

// wrapperPrefixes are those of the entries on all architectures.
func wrapperPrefixes() []string {
	return []string{"__x64_", "__ia32_", "__arm64_", "__s390x_", "__s390_", "__riscv_", "__powerpc_"}
}

// syscallPrefixes are what users and kernels write before the name of a system call.
func syscallPrefixes() []string {
	prefixes := []string{"guess_", "SyS_", "sys_", "__se_sys_", "__do_sys_", "do_sys_", "ksys_"}
	for _, p := range wrapperPrefixes() {
		prefixes = append(prefixes, p+"sys_")
	}
	return prefixes
}

// syscallName returns the name of the system call that a function is about, if it is about one.
func syscallName(function string) string {
	for _, prefix := range syscallPrefixes() {
		if name, ok := strings.CutPrefix(function, prefix); ok {
			// As in guess_sys_execve.
			return strings.TrimPrefix(name, "sys_")
		}
	}
	return function
}

// guessSyscall returns the entry of the system call that a name stands for, and "" if it stands for none.
func (s symbols) guessSyscall(written, arch string) string {
	abi := syscallEntries(arch)
	candidates := []string{}
	if name, ok := strings.CutPrefix(written, "compat_sys_"); ok {
		candidates = append(candidates, abi.compat+"sys_"+name)
	}
	name := syscallName(written)
	for _, prefix := range []string{abi.native + "sys_", "sys_", "SyS_"} {
		candidates = append(candidates, prefix+name)
	}
	for _, c := range candidates {
		if s.has(c) {
			return c
		}
	}
	return ""
}

// foreignEntry reports whether a function that this kernel has not is the entry of system calls elsewhere: on another
// architecture, or in a kernel that runs 32-bit programs.
func foreignEntry(function, arch string) bool {
	native := syscallEntries(arch).native
	for _, prefix := range wrapperPrefixes() {
		if prefix != native && (strings.HasPrefix(function, prefix+"sys_") || strings.HasPrefix(function, prefix+"compat_sys_")) {
			return true
		}
	}
	return false
}

// findFunction returns the function that a name stands for, and whether that was a guess. One that is really named so
// goes before a guess, unless the name is known to be one of a system call.
func (k *kernel) findFunction(written string, isSyscall bool) (name string, guessed bool, err error) {
	all, err := k.symbols()
	if err != nil {
		return "", false, err
	}
	exact := all.has(written)
	if exact && !isSyscall {
		return written, false, nil
	}
	if !exact && foreignEntry(written, runtime.GOARCH) {
		return "", false, &omission{
			reason: written + " is how system calls enter on another architecture",
			hint:   "the entry here: " + all.guessSyscall(written, runtime.GOARCH), elsewhere: true,
		}
	}
	if entry := all.guessSyscall(written, runtime.GOARCH); entry != "" {
		return entry, !isSyscall, nil
	}
	if exact {
		return written, false, nil
	}
	return "", false, &advised{
		reason: fmt.Sprintf("the kernel has no function %s", written),
		hint:   nearHint(written, all.names(), "perhaps a module has it that is not loaded, or it was inlined; /proc/kallsyms has all names"),
	}
}

// needFunction returns an error unless the kernel has prefix+name as a function: the kernel makes such a one for each hook
// of a kind. It is how to know them without BTF, and those of modules too.
func (k *kernel) needFunction(kind, prefix, name string) error {
	all, err := k.symbols()
	if err != nil {
		return err
	}
	if all.has(prefix + name) {
		return nil
	}
	var same []string
	for f := range all.names() {
		if rest, ok := strings.CutPrefix(f, prefix); ok {
			same = append(same, rest)
		}
	}
	if len(same) == 0 {
		// A kernel that has none by that prefix names them otherwise: then loading tells.
		return nil
	}
	return &advised{
		reason: fmt.Sprintf("the kernel has no %s %s", kind, name),
		hint:   nearHint(name, slices.Values(same), "perhaps a module has it that is not loaded"),
	}
}

// needTypes returns an error if the kernel does not describe its types, which programs are fitted to.
func (k *kernel) needTypes() error {
	if _, err := os.Stat("/sys/kernel/btf/vmlinux"); err != nil {
		return &advised{
			reason: "the kernel does not offer /sys/kernel/btf/vmlinux",
			hint:   "mount /sys, or use a kernel built with CONFIG_DEBUG_INFO_BTF=y",
		}
	}
	return nil
}
