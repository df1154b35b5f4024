package object

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
)

// symbols are the functions of the running kernel, each with the module that it is in, or "" for the kernel itself.
type symbols map[string]string

// readSymbols reads them from the text that /proc/kallsyms has. Anybody may read the names there; the addresses are
// zero for who may not know them.
func readSymbols(text []byte) symbols {
	all := symbols{}
	for line := range bytes.Lines(text) {
		// Address, type, name, and in brackets the module.
		fields := strings.Fields(string(line))
		if len(fields) < 3 || !strings.Contains("tTwW", fields[1]) {
			continue
		}
		module := ""
		if len(fields) > 3 {
			module = strings.Trim(fields[3], "[]")
		}
		all[fields[2]] = module
	}
	return all
}

// A kernel is what a plan asks the running kernel. Each answer is looked up when it is first needed.
type kernel struct {
	functions symbols
	tracing   *os.Root // tracefs
}

// symbols returns the functions of the kernel.
func (k *kernel) symbols() (symbols, error) {
	if k.functions != nil {
		return k.functions, nil
	}
	text, err := os.ReadFile("/proc/kallsyms")
	if err != nil {
		return nil, advise("cannot read the names of the kernel's functions", err,
			"mount /proc, and use a kernel built with CONFIG_KALLSYMS=y")
	}
	k.functions = readSymbols(text)
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
		if _, ok := s[c]; ok {
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
	_, exact := all[written]
	if exact && !isSyscall {
		return written, false, nil
	}
	if !exact && foreignEntry(written, runtime.GOARCH) {
		return "", false, &leftOut{
			reason: written + " is how system calls enter on another architecture",
			hint:   "the entry here: " + all.guessSyscall(written, runtime.GOARCH),
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
		hint:   nearHint(written, all, "all names: /proc/kallsyms; functions that were inlined have none"),
	}
}

// needFunction returns an error unless the kernel has prefix+name as a function: the kernel makes such a one for each hook
// of a kind. It is how to know them without BTF, and those of modules too.
func (k *kernel) needFunction(kind, prefix, name string) error {
	all, err := k.symbols()
	if err != nil {
		return err
	}
	if _, ok := all[prefix+name]; ok {
		return nil
	}
	same := symbols{}
	for f := range all {
		if rest, ok := strings.CutPrefix(f, prefix); ok {
			same[rest] = ""
		}
	}
	if len(same) == 0 {
		// A kernel that has none by that prefix names them otherwise: then loading tells.
		return nil
	}
	return &advised{
		reason: fmt.Sprintf("the kernel has no %s %s", kind, name),
		hint:   nearHint(name, same, "perhaps a module has it that is not loaded"),
	}
}

// nearHint names what is written almost so, or else gives other advice.
func nearHint(written string, all symbols, otherwise string) string {
	if near := nearNames(written, all); len(near) > 0 {
		return "perhaps " + strings.Join(near, ", ") + "?"
	}
	return otherwise
}

// nearNames returns at most five names that are written almost so, the nearest first.
func nearNames(written string, all symbols) []string {
	type candidate struct {
		name     string
		distance int
	}
	var near []candidate
	for name := range all {
		d := len(name) - len(written)
		switch {
		case strings.HasPrefix(name, "__pfx_"), d < -2, d > 12:
			continue
		case d <= 2:
			d = editDistance(written, name)
		case len(written) < 4 || !strings.Contains(name, written):
			continue
		}
		if d <= 2 || strings.Contains(name, written) {
			near = append(near, candidate{name, d})
		}
	}
	slices.SortFunc(near, func(a, b candidate) int {
		if a.distance != b.distance {
			return a.distance - b.distance
		}
		return strings.Compare(a.name, b.name)
	})
	var names []string
	for _, c := range near[:min(len(near), 5)] {
		names = append(names, c.name)
	}
	return names
}

// editDistance returns how many bytes must be changed, put in or taken out to make b of a.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
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
