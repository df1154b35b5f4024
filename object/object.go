package object

import (
	"fmt"
	"io"
	"os"

	"github.com/cilium/ebpf"
)

// Object is a compiled eBPF object. It is not loaded; it can be run several times.
type Object struct {
	spec *ebpf.CollectionSpec
}

// Open reads an object from a file.
func Open(path string) (*Object, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Read(f)
}

// Read reads an object. It does not keep r.
func Read(r io.ReaderAt) (*Object, error) {
	spec, err := ebpf.LoadCollectionSpecFromReader(r)
	if err != nil {
		return nil, fmt.Errorf("read object: %w", err)
	}
	return &Object{spec: spec}, nil
}

// Spec returns a copy of what the loader made of the file.
func (o *Object) Spec() *ebpf.CollectionSpec { return o.spec.Copy() }
