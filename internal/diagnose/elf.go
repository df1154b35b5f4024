package diagnose

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"io"

	"golang.org/x/sys/unix"
)

// program is what the kernel looks at in an ELF file before it maps it. Package
// debug/elf reads far more, and believes the sizes that a file claims.
type program struct {
	architecture
	kind        elf.Type
	interpreter string // the dynamic loader; empty for a static program
	// refused tells that the headers are such that the kernel sees no program (ENOEXEC), and
	// short that the file ends before the path of the dynamic loader (EIO).
	refused, short bool
}

// The sizes of headers, and where their fields are, for both classes of file.
type elfLayout struct {
	headSize                   int
	segments, size, count      int // in the head: where program headers are, the size of one, how many
	segmentSize                int
	offset, fileSize, wordSize int // in a program header; wordSize is that of both
}

var (
	elf32 = elfLayout{headSize: 52, segments: 28, size: 42, count: 44, segmentSize: 32, offset: 4, fileSize: 16, wordSize: 4}
	elf64 = elfLayout{headSize: 64, segments: 32, size: 54, count: 56, segmentSize: 56, offset: 8, fileSize: 32, wordSize: 8}
)

// maxSegments bounds the program headers, in bytes (load_elf_phdrs() of fs/binfmt_elf.c).
const maxSegments = 64 << 10

// readProgram reads the headers of an ELF file that begins with head, filled up
// with zeros. It reports false if it is none, and an error when it could not be read.
func readProgram(file io.ReaderAt, head *[headSize]byte) (*program, bool, error) {
	if string(head[:len(elf.ELFMAG)]) != elf.ELFMAG {
		return nil, false, nil
	}
	p := &program{}
	var order binary.ByteOrder = binary.LittleEndian
	p.bigEndian = elf.Data(head[elf.EI_DATA]) == elf.ELFDATA2MSB
	if p.bigEndian {
		order = binary.BigEndian
	}
	p.is32 = elf.Class(head[elf.EI_CLASS]) == elf.ELFCLASS32
	layout := &elf64
	if p.is32 {
		layout = &elf32
	}
	p.kind = elf.Type(order.Uint16(head[16:]))
	p.machine = elf.Machine(order.Uint16(head[18:]))
	segments := make([]byte, int(order.Uint16(head[layout.count:]))*layout.segmentSize)
	if p.kind != elf.ET_EXEC && p.kind != elf.ET_DYN || int(order.Uint16(head[layout.size:])) != layout.segmentSize ||
		len(segments) == 0 || len(segments) > maxSegments {
		p.refused = true
		return p, true, nil
	}
	if err := p.read(file, segments, layout.word(order, head[layout.segments:])); err != nil || p.short {
		p.refused, p.short = p.short, false
		return p, true, err
	}
	for ; len(segments) > 0; segments = segments[layout.segmentSize:] {
		if elf.ProgType(order.Uint32(segments)) != elf.PT_INTERP {
			continue
		}
		// The kernel takes the first one.
		return p, true, p.readInterpreter(file, layout.word(order, segments[layout.offset:]), layout.word(order, segments[layout.fileSize:]))
	}
	return p, true, nil
}

func (l *elfLayout) word(order binary.ByteOrder, b []byte) uint64 {
	if l.wordSize == 4 {
		return uint64(order.Uint32(b))
	}
	return order.Uint64(b)
}

// readInterpreter reads the path of the dynamic loader, which must end with a NUL.
func (p *program) readInterpreter(file io.ReaderAt, offset, size uint64) error {
	if size < 2 || size > unix.PathMax {
		p.refused = true
		return nil
	}
	path := make([]byte, size)
	if err := p.read(file, path, offset); err != nil || p.short {
		return err
	}
	if path[size-1] != 0 {
		p.refused = true
		return nil
	}
	path, _, _ = bytes.Cut(path, []byte{0})
	p.interpreter = string(path)
	return nil
}

// read fills b from a place in the file.
func (p *program) read(file io.ReaderAt, b []byte, offset uint64) error {
	if int64(offset) < 0 {
		p.short = true
		return nil
	}
	n, err := file.ReadAt(b, int64(offset))
	switch {
	case n == len(b):
		return nil
	case errors.Is(err, io.EOF):
		p.short = true
		return nil
	}
	return err
}
