package object

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
)

type elfSymbol struct {
	elf.Sym64
	name string
}

func (s *elfSymbol) kind() elf.SymType    { return elf.ST_TYPE(s.Info) }
func (s *elfSymbol) binding() elf.SymBind { return elf.ST_BIND(s.Info) }

func (f *elfFile) readSymbols() error {
	const size = 24 // of a symbol
	for i := range f.sections {
		s := &f.sections[i]
		if elf.SectionType(s.Type) != elf.SHT_SYMTAB {
			continue
		}
		n := s.Size / size
		if s.Size%size != 0 {
			return damaged("the symbols take %d bytes, and each takes %d", s.Size, size)
		}
		if n > maxSymbols {
			return damaged("%d symbols are more than %d", n, maxSymbols)
		}
		names, err := f.strings(s.Link)
		if err != nil {
			return err
		}
		r := bytes.NewReader(f.data(s))
		f.symbols = make([]elfSymbol, n)
		for j := range f.symbols {
			symbol := &f.symbols[j]
			if err := binary.Read(r, f.order, &symbol.Sym64); err != nil {
				return fmt.Errorf("read symbol %d: %w", j, err)
			}
			symbol.name = stringAt(names, symbol.Sym64.Name)
		}
		return f.checkSymbols()
	}
	return &advised{reason: "the ELF file has no symbols: they were stripped", hint: "strip debug information only: llvm-strip -g FILE"}
}

// checkSymbols finds symbols that lie over each other: what they name is copied, once for each.
func (f *elfFile) checkSymbols() error {
	type place struct {
		section uint16
		value   uint64
	}
	sizes := map[place]uint64{}
	named := make([]uint64, len(f.sections))
	for i := range f.symbols {
		s := &f.symbols[i]
		if int(s.Shndx) >= len(f.sections) || elf.SectionIndex(s.Shndx) == elf.SHN_UNDEF {
			continue
		}
		room := f.sections[s.Shndx].Size
		if s.Value > room || s.Size > room-s.Value {
			return damaged("symbol %q lies beyond the end of section %q", s.name, f.sections[s.Shndx].name)
		}
		// Several names for one thing are one thing to the parser.
		at := place{s.Shndx, s.Value}
		if more := max(s.Size, sizes[at]) - sizes[at]; more > 0 {
			sizes[at] += more
			named[s.Shndx] += more
		}
		if named[s.Shndx] > 2*room {
			return damaged("symbols lie over each other in section %q", f.sections[s.Shndx].name)
		}
	}
	return nil
}

// checkCode bounds what becomes of the code when it is linked: each program gets a copy of the functions it calls.
func (f *elfFile) checkCode() error {
	var instructions, functions uint64
	for i := range f.sections {
		if elf.SectionFlag(f.sections[i].Flags)&elf.SHF_EXECINSTR == 0 {
			continue
		}
		instructions += f.sections[i].Size / 8
		for j := range f.symbols {
			s := &f.symbols[j]
			label := s.kind() == elf.STT_NOTYPE && s.binding() == elf.STB_LOCAL
			if int(s.Shndx) == i && s.kind() != elf.STT_SECTION && !label {
				functions++
			}
		}
	}
	if instructions > maxCode || instructions*functions > maxLinked {
		return damaged("%d instructions and %d functions are more than can be linked", instructions, functions)
	}
	return nil
}

// weak returns the names that the object refers to and can do without.
func (f *elfFile) weak() map[string]bool {
	names := map[string]bool{}
	for i := range f.symbols {
		s := &f.symbols[i]
		if elf.SectionIndex(s.Shndx) == elf.SHN_UNDEF && s.binding() == elf.STB_WEAK {
			names[s.name] = true
		}
	}
	return names
}

// functions returns the names of functions in a section, in their order.
func (f *elfFile) functions(section string) []string {
	var names []string
	for i := range f.symbols {
		s := &f.symbols[i]
		if s.kind() == elf.STT_FUNC && int(s.Shndx) < len(f.sections) && f.sections[s.Shndx].name == section {
			names = append(names, s.name)
		}
	}
	return names
}
