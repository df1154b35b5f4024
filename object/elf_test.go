package object

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cilium/ebpf"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name+".elf"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestReadErrors reads what is no object. Each error is one line, and tells what to do next.
func TestReadErrors(t *testing.T) {
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		raw  []byte
		want string
	}{
		"empty":            {nil, "the file is empty"},
		"text":             {[]byte("#include <linux/bpf.h>\n"), "not an ELF file"},
		"a program":        {self, "an ELF file for "},
		"32 bits":          {patch(read(t, "ring"), elf.EI_CLASS, byte(elf.ELFCLASS32)), "this one is of class 1"},
		"no byte order":    {patch(read(t, "ring"), elf.EI_DATA, 7), "byte order 7 is none"},
		"magic only":       {[]byte(elf.ELFMAG), "truncated"},
		"half a header":    {read(t, "ring")[:40], "truncated"},
		"half a file":      {read(t, "ring")[:1500], "truncated"},
		"one byte short":   {read(t, "ring")[:len(read(t, "ring"))-1], "truncated"},
		"only functions":   {read(t, "functions"), "has functions (on_exec, on_exit)"},
		"no sections":      {patch(read(t, "ring"), 60, 0), "no sections"},
		"half a symbol":    {resize(t, read(t, "ring"), ".symtab", 25), "damaged"},
		"types cut":        {resize(t, read(t, "ring"), ".BTF", 100), ""},
		"compressed":       {addFlag(t, read(t, "ring"), ".BTF", elf.SHF_COMPRESSED), "compressed"},
		"huge zeroes":      {resize(t, read(t, "kinds"), ".bss", 1<<31), "bytes of zeroes"},
		"huge section":     {resize(t, read(t, "ring"), ".maps", 1<<62), "truncated"},
		"types in a chain": {replace(t, read(t, "ring"), ".BTF", chain(1<<20)), "more than 65536 types"},
		"one long name":    {replace(t, read(t, "ring"), ".strtab", bytes.Repeat([]byte("a"), 1<<20)), "a name of 1048576 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := Read(bytes.NewReader(tt.raw))
			if err == nil {
				t.Fatalf("read %v", o.Programs())
			}
			if text := err.Error(); !strings.Contains(text, tt.want) || strings.Contains(text, "\n") {
				t.Errorf("error %q, want %q in one line", text, tt.want)
			}
			hinted := (interface{ Hint() string })(nil)
			if tt.want != "" && (!errors.As(err, &hinted) || hinted.Hint() == "") {
				t.Errorf("error %q has no hint", err)
			}
		})
	}
}

// endless is a file that never ends.
type endless struct{}

func (endless) ReadAt(p []byte, _ int64) (int, error) { return copy(p, make([]byte, len(p))), nil }

func TestReadTooLarge(t *testing.T) {
	_, err := Read(endless{})
	if err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("an endless file: %v", err)
	}
}

type broken struct{}

func (broken) ReadAt([]byte, int64) (int, error) { return 0, io.ErrClosedPipe }

func TestReadFails(t *testing.T) {
	if _, err := Read(broken{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a file that cannot be read: %v", err)
	}
}

// TestReadTruncated cuts a file everywhere: an error each time, and no panic.
func TestReadTruncated(t *testing.T) {
	raw := read(t, "ring")
	for n := range raw {
		if _, err := Read(bytes.NewReader(raw[:n])); err == nil {
			t.Fatalf("read the first %d bytes of %d", n, len(raw))
		}
	}
}

// TestReadPanic lets the parser panic.
func TestReadPanic(t *testing.T) {
	_, err := parse(nil, func(io.ReaderAt) (*ebpf.CollectionSpec, error) {
		raw := []byte(elf.ELFMAG)
		return nil, fmt.Errorf("element %d", raw[len(raw)])
	})
	if err == nil || !strings.Contains(err.Error(), "the file is damaged: runtime error: index out of range") {
		t.Errorf("a parser that panics: %v", err)
	}
}

// FuzzRead reads any bytes. It must return, and what it returns must be fit to be described.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.elf")
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		o, err := Read(bytes.NewReader(raw))
		if err != nil {
			return
		}
		if len(o.Maps()) == 0 && len(o.Programs()) == 0 {
			t.Error("an object with neither maps nor programs")
		}
		o.Notes()
		o.Spec()
	})
}

func patch(raw []byte, offset int, b byte) []byte {
	raw = bytes.Clone(raw)
	raw[offset] = b
	return raw
}

// edit changes the header of a section.
func edit(t *testing.T, raw []byte, name string, change func(*elf.Section64)) []byte {
	t.Helper()
	f, err := readHeaders(raw)
	if err != nil {
		t.Fatal(err)
	}
	raw = bytes.Clone(raw)
	headers := raw[f.order.Uint64(raw[40:]):]
	for i, s := range f.sections {
		if s.name == name {
			change(&s.Section64)
			if _, err := binary.Encode(headers[64*i:], f.order, &s.Section64); err != nil {
				t.Fatal(err)
			}
		}
	}
	return raw
}

func resize(t *testing.T, raw []byte, name string, size uint64) []byte {
	return edit(t, raw, name, func(s *elf.Section64) { s.Size = size })
}

func addFlag(t *testing.T, raw []byte, name string, flag elf.SectionFlag) []byte {
	return edit(t, raw, name, func(s *elf.Section64) { s.Flags |= uint64(flag) })
}

// replace lets a section stand at the end of the file, with other data.
func replace(t *testing.T, raw []byte, name string, data []byte) []byte {
	end := uint64(len(raw))
	raw = edit(t, raw, name, func(s *elf.Section64) {
		s.Off, s.Size = end, uint64(len(data))
	})
	return append(raw, data...)
}

// chain is type information of pointers to pointers.
func chain(n int) []byte {
	types := make([]byte, 0, 12*n)
	for i := range n {
		types = binary.LittleEndian.AppendUint32(types, 0)
		types = binary.LittleEndian.AppendUint32(types, 2<<24)
		types = binary.LittleEndian.AppendUint32(types, uint32(i+2)%uint32(n+1))
	}
	raw := []byte{0x9f, 0xeb, 1, 0}
	for _, field := range []int{24, 0, len(types), len(types), 1} {
		raw = binary.LittleEndian.AppendUint32(raw, uint32(field))
	}
	return append(append(raw, types...), 0)
}
