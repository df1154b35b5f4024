package diagnose

import (
	"debug/elf"
	"strconv"
)

// architecture is what a program is built for.
type architecture struct {
	machine   elf.Machine
	is32      bool
	bigEndian bool
}

// machine is what the kernel of this machine may run. Without any it is not known.
type machine struct {
	native, compat architecture // compat: 32-bit programs, which a kernel may be built or told not to run
}

func machineOf(goarch string) machine {
	switch goarch {
	case "amd64":
		return machine{architecture{machine: elf.EM_X86_64}, architecture{machine: elf.EM_386, is32: true}}
	case "arm64":
		return machine{architecture{machine: elf.EM_AARCH64}, architecture{machine: elf.EM_ARM, is32: true}}
	}
	return machine{}
}

func (m machine) known() bool { return m.native.machine != elf.EM_NONE }

// runs reports whether the kernel may run a program of an architecture.
func (m machine) runs(a architecture) bool { return a == m.native || a == m.compat }

// String returns the name of an architecture as Debian calls it, mostly.
func (a architecture) String() string {
	switch {
	case a.machine == elf.EM_X86_64 && a.is32:
		return "x32"
	case a.machine == elf.EM_PPC64 && !a.bigEndian:
		return "ppc64le"
	case a.machine == elf.EM_MIPS:
		return a.mips()
	case a.machine == elf.EM_RISCV && a.is32:
		return "riscv32"
	case a.machine == elf.EM_AARCH64 && a.bigEndian:
		return "arm64 (big-endian)"
	case a.machine == elf.EM_ARM && a.bigEndian:
		return "arm (big-endian)"
	case a.machine == elf.EM_S390 && a.is32:
		return "s390"
	}
	for _, known := range architectures {
		if known.machine == a.machine {
			return known.name
		}
	}
	return "ELF machine " + strconv.Itoa(int(a.machine))
}

func (a architecture) mips() string {
	name := "mips"
	if !a.is32 {
		name += "64"
	}
	if !a.bigEndian {
		name += "el"
	}
	return name
}

var architectures = [...]struct {
	machine elf.Machine
	name    string
}{
	{elf.EM_386, "i386"},
	{elf.EM_X86_64, "amd64"},
	{elf.EM_ARM, "arm"},
	{elf.EM_AARCH64, "arm64"},
	{elf.EM_RISCV, "riscv64"},
	{elf.EM_PPC, "powerpc"},
	{elf.EM_PPC64, "ppc64"},
	{elf.EM_S390, "s390x"},
	{elf.EM_LOONGARCH, "loong64"},
	{elf.EM_SPARC, "sparc"},
	{elf.EM_SPARCV9, "sparc64"},
	{elf.EM_IA_64, "ia64"},
	{elf.EM_ALPHA, "alpha"},
	{elf.EM_68K, "m68k"},
	{elf.EM_SH, "sh4"},
	{elf.EM_PARISC, "hppa"},
	{elf.EM_BPF, "BPF"},
}
