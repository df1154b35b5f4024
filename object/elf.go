package object

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"strings"
)

// What a file may hold. The parsers of debug/elf and cilium/ebpf allocate what a file asks for, so what it asks
// for is bounded before they see it. Objects in use stay far below: those of cilium, the largest known,
// have 3 MiB, some hundred sections and a few thousand symbols.
const (
	maxFileSize = 64 << 20 // bytes
	maxSections = 1 << 14
	maxSymbols  = 1 << 16
	maxName     = 1 << 10 // bytes in the name of a section or symbol, of each of which a copy is made
	maxZeroed   = 64 << 20
	maxCode     = 1 << 21 // instructions in all sections; the verifier looks at a million for a program
	maxLinked   = 1 << 25 // instructions, when each program has a copy of all functions
)

// elfFile is what the headers of a file say: enough to tell what kind of file it is, and whether it can be parsed safely.
type elfFile struct {
	raw      []byte
	order    binary.ByteOrder
	sections []elfSection
	symbols  []elfSymbol
}

type elfSection struct {
	elf.Section64
	name string
}

// readHeaders reads the headers, and checks what they ask for.
func readHeaders(raw []byte) (*elfFile, error) {
	f := &elfFile{raw: raw}
	header, err := f.readIdentity()
	if err != nil {
		return nil, err
	}
	if err := f.readSections(header); err != nil {
		return nil, err
	}
	if err := f.readSymbols(); err != nil {
		return nil, err
	}
	return f, f.checkCode()
}

func (f *elfFile) readIdentity() (*elf.Header64, error) {
	raw := f.raw
	switch {
	case len(raw) == 0:
		return nil, noObject("the file is empty")
	case !bytes.HasPrefix(raw, []byte(elf.ELFMAG)):
		return nil, noObject("not an ELF file")
	case len(raw) < elf.EI_NIDENT:
		return nil, truncated("the ELF header takes 64 bytes, the file has %d", len(raw))
	}
	switch elf.Data(raw[elf.EI_DATA]) {
	case elf.ELFDATA2LSB:
		f.order = binary.LittleEndian
	case elf.ELFDATA2MSB:
		f.order = binary.BigEndian
	default:
		return nil, damaged("byte order %d is none", raw[elf.EI_DATA])
	}
	// The machine stands in the same place in files of 32 and of 64 bits.
	if len(raw) < 20 {
		return nil, truncated("the ELF header takes 64 bytes, the file has %d", len(raw))
	}
	// Clang before 4.0 did not name the machine.
	if m := elf.Machine(f.order.Uint16(raw[18:])); m != elf.EM_BPF && m != elf.EM_NONE {
		return nil, noObject("an ELF file for %s, not for eBPF", machineName(m))
	}
	if class := elf.Class(raw[elf.EI_CLASS]); class != elf.ELFCLASS64 {
		return nil, damaged("objects for eBPF have 64 bits, this one is of class %d", class)
	}
	header := new(elf.Header64)
	if err := binary.Read(bytes.NewReader(raw), f.order, header); err != nil {
		return nil, truncated("the ELF header takes 64 bytes, the file has %d", len(raw))
	}
	return header, nil
}

func machineName(m elf.Machine) string {
	switch m {
	case elf.EM_X86_64:
		return "x86-64"
	case elf.EM_386:
		return "32-bit x86"
	case elf.EM_AARCH64:
		return "arm64"
	case elf.EM_ARM:
		return "32-bit ARM"
	case elf.EM_S390:
		return "s390x"
	case elf.EM_PPC64:
		return "64-bit PowerPC"
	case elf.EM_RISCV:
		return "RISC-V"
	case elf.EM_LOONGARCH:
		return "LoongArch"
	}
	return strings.TrimPrefix(m.String(), "EM_")
}

func (f *elfFile) readSections(h *elf.Header64) error {
	const size = 64 // of a section header
	switch {
	case h.Shoff == 0 || h.Shnum == 0:
		// With 0 the number would be in the first header, for files with more than 65,279 sections.
		return noObject("the ELF file has no sections")
	case h.Shnum > maxSections:
		return damaged("%d sections are more than %d", h.Shnum, maxSections)
	case h.Shentsize != size:
		return damaged("section headers of %d bytes, not %d", h.Shentsize, size)
	case h.Shoff > uint64(len(f.raw)) || uint64(h.Shnum)*size > uint64(len(f.raw))-h.Shoff:
		return truncated("the section headers should end at byte %d, the file has %d", h.Shoff+uint64(h.Shnum)*size, len(f.raw))
	}
	r := bytes.NewReader(f.raw[h.Shoff:])
	f.sections = make([]elfSection, h.Shnum)
	for i := range f.sections {
		if err := binary.Read(r, f.order, &f.sections[i].Section64); err != nil {
			return fmt.Errorf("read section header %d: %w", i, err)
		}
	}
	names, err := f.strings(uint32(h.Shstrndx))
	if err != nil {
		return err
	}
	var stored, zeroed uint64
	for i := range f.sections {
		s := &f.sections[i]
		s.name = stringAt(names, s.Name)
		if err := f.checkSection(s); err != nil {
			return err
		}
		if elf.SectionType(s.Type) == elf.SHT_NOBITS {
			zeroed += s.Size
		} else {
			stored += s.Size
		}
		if zeroed > maxZeroed || stored > uint64(len(f.raw)) {
			return damaged("sections take more room than there is: %d bytes, and %d of zeroes", stored, zeroed)
		}
	}
	return nil
}

func (f *elfFile) checkSection(s *elfSection) error {
	switch typ := elf.SectionType(s.Type); {
	case typ == elf.SHT_NULL:
		if s.Size != 0 {
			return damaged("a section of type 0 has %d bytes", s.Size)
		}
	case s.Off > uint64(len(f.raw)):
		return truncated("section %q should begin at byte %d, the file has %d", s.name, s.Off, len(f.raw))
	case typ != elf.SHT_NOBITS && s.Size > uint64(len(f.raw))-s.Off:
		return truncated("section %q should have %d bytes, of which %d are there", s.name, s.Size, uint64(len(f.raw))-s.Off)
	case typ == elf.SHT_NOBITS && s.Size > maxZeroed:
		return damaged("section %q has %d bytes of zeroes, more than %d", s.name, s.Size, maxZeroed)
	case elf.SectionFlag(s.Flags)&elf.SHF_COMPRESSED != 0 && !strings.HasPrefix(s.name, ".debug"):
		return damaged("section %q is compressed, which only debug information can be", s.name)
	}
	return nil
}

// data returns what a section holds in the file. Its bounds must have been checked.
func (f *elfFile) data(s *elfSection) []byte {
	if elf.SectionType(s.Type) == elf.SHT_NOBITS || elf.SectionType(s.Type) == elf.SHT_NULL {
		return nil
	}
	return f.raw[s.Off : s.Off+s.Size]
}

// section returns the first one of a name, or nil.
func (f *elfFile) section(name string) *elfSection {
	for i := range f.sections {
		if f.sections[i].name == name {
			return &f.sections[i]
		}
	}
	return nil
}

// strings returns a table of strings, of which none is longer than a name may be.
func (f *elfFile) strings(index uint32) ([]byte, error) {
	if index >= uint32(len(f.sections)) {
		return nil, damaged("section %d is to hold names, and there are %d sections", index, len(f.sections))
	}
	s := &f.sections[index]
	if err := f.checkSection(s); err != nil {
		return nil, err
	}
	table := f.data(s)
	if n := longest(table); n > maxName {
		return nil, damaged("a name of %d bytes is longer than %d", n, maxName)
	}
	return table, nil
}

// longest returns the length of the longest string in a table.
func longest(table []byte) int {
	most := 0
	for s := range bytes.SplitSeq(table, []byte{0}) {
		most = max(most, len(s))
	}
	return most
}

// stringAt returns the string that begins at an offset, or "" beyond the table.
func stringAt(table []byte, offset uint32) string {
	if uint64(offset) >= uint64(len(table)) {
		return ""
	}
	s, _, _ := bytes.Cut(table[offset:], []byte{0})
	return string(s)
}
