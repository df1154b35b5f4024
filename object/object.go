package object

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// Object is a compiled eBPF object. It is not loaded; it can be run several times.
type Object struct {
	spec    *ebpf.CollectionSpec
	license string
	weak    map[string]bool // names that it refers to and can do without
	notes   []string
}

// Open reads an object from a file of at most 64 MiB.
func Open(path string) (*Object, error) {
	// Without the flag, a named pipe would wait for somebody to write to it.
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read %s: %w", path, noObject("not a regular file"))
	}
	o, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return o, nil
}

// Read reads an object of at most 64 MiB. It does not keep r. Whatever r holds, it allocates no more than
// some hundred MiB, and returns an error for what it cannot read.
func Read(r io.ReaderAt) (*Object, error) {
	raw, err := io.ReadAll(io.NewSectionReader(r, 0, maxFileSize+1))
	switch {
	case err != nil:
		return nil, err
	case len(raw) > maxFileSize:
		return nil, &advised{
			reason: fmt.Sprintf("the file is larger than %d MiB", maxFileSize>>20),
			hint:   "leave out its debug information: llvm-strip -g FILE",
		}
	}
	headers, err := readHeaders(raw)
	if err != nil {
		return nil, err
	}
	if err := headers.checkTypes(); err != nil {
		return nil, err
	}
	spec, err := parse(raw, ebpf.LoadCollectionSpecFromReader)
	if err != nil {
		return nil, err
	}
	o := &Object{spec: spec, license: headers.license(), weak: headers.weak()}
	if len(spec.Maps) == 0 && len(spec.Programs) == 0 {
		return nil, nothingIn(headers)
	}
	o.readVersion(headers)
	o.readLegacyMaps()
	slices.Sort(o.notes)
	return o, nil
}

// parse reads a file with the loader's parser. That one and debug/elf below it are made for what compilers write, and debug/elf
// has panicked on other files before: a panic becomes an error here. Both parse in this goroutine.
func parse(raw []byte, load func(io.ReaderAt) (*ebpf.CollectionSpec, error)) (spec *ebpf.CollectionSpec, err error) {
	defer func() {
		if r := recover(); r != nil {
			spec, err = nil, damaged("%v", r)
		}
	}()
	spec, err = load(bytes.NewReader(raw))
	format := (*elf.FormatError)(nil)
	switch {
	case errors.As(err, &format), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, damaged("%v", err)
	case err != nil:
		return nil, fmt.Errorf("parse the object: %w", err)
	}
	return spec, nil
}

// nothingIn tells what an object has that is neither map nor program.
func nothingIn(f *elfFile) error {
	if functions := f.functions(".text"); len(functions) > 0 {
		return &advised{
			reason: fmt.Sprintf("the object has functions (%s), and neither programs nor maps", strings.Join(functions, ", ")),
			hint:   `give each program a section that tells where it is attached: SEC("kprobe/do_unlinkat")`,
		}
	}
	return noObject("the object has neither programs nor maps")
}

// Spec returns a copy of what the loader made of the file.
func (o *Object) Spec() *ebpf.CollectionSpec { return o.spec.Copy() }

// ByteOrder returns the order for which the object was compiled. Only that of the machine can be loaded.
func (o *Object) ByteOrder() binary.ByteOrder { return o.spec.ByteOrder }

// License returns what the section license holds, "" without it. The kernel lets some of its functions be called only under
// licences that are compatible with the GPL.
func (o *Object) License() string { return o.license }

// Notes tells of what is in the file and is read in a way that may not be expected, or is ignored. A note is one line.
func (o *Object) Notes() []string { return slices.Clone(o.notes) }

// note adds to the notes.
func (o *Object) note(format string, args ...any) {
	o.notes = append(o.notes, fmt.Sprintf(format, args...))
}
