package object

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/pindir"
)

// ErrNotLoaded is the error of looking for maps that the kernel does not have.
var ErrNotLoaded = errors.New("not loaded in the kernel")

// LoadedMap is a map in the kernel. It stays there as long as it is open.
type LoadedMap struct {
	// Name is what the kernel keeps of it: the first 15 bytes.
	Name       string
	ID         uint32
	Type       string // as bpftool writes it: hash, percpu_array
	KeySize    uint32 // bytes
	ValueSize  uint32 // bytes, for each CPU of a per-CPU map
	MaxEntries uint32
	Flags      uint32 // BPF_F_*

	kernel *ebpf.Map
	decode decoder
}

// Close gives the map up.
func (m *LoadedMap) Close() error { return m.kernel.Close() }

// FindMaps opens the maps that a user means: by its id if what is a number, by the path of a pin, or else those of the object
// file what. name picks those of that name, if it is not empty. The caller closes them.
//
// Loaded maps do not tell which file they come from. Those of a file are all that have the name, as the
// kernel keeps it, the type, key and value size, number of entries and flags of one that the file defines, and, as far
// as BTF tells, values of a type or variables of these names.
//
// The error is [ErrNotLoaded] if there is none. It takes CAP_SYS_ADMIN, and for a pin CAP_BPF.
func FindMaps(what, name string) ([]*LoadedMap, error) {
	if id, err := strconv.ParseUint(what, 10, 32); err == nil {
		m, err := ebpf.NewMapFromID(ebpf.MapID(id))
		return one(m, err, name, "map "+what, "maps have other ids each time they are loaded: see bpftool map list")
	}
	if pindir.IsBPFFS(what) || pindir.IsBPFFS(filepath.Dir(what)) { // a pin, or what was one
		m, err := ebpf.LoadPinnedMap(what, &ebpf.LoadPinOptions{ReadOnly: true})
		return one(m, err, name, "pin "+what, "see what is pinned: find "+filepath.Dir(what))
	}
	o, err := Open(what)
	if err != nil {
		return nil, err
	}
	found, err := o.LoadedMaps(name)
	if errors.Is(err, ErrNotLoaded) {
		err = advise("maps of "+what, ErrNotLoaded, "run it first: exectrail object run "+what)
	}
	return found, err
}

// one returns a map that was opened by itself. elsewhere is how to find others.
func one(m *ebpf.Map, err error, name, what, elsewhere string) ([]*LoadedMap, error) {
	if errors.Is(err, fs.ErrNotExist) {
		return nil, advise(what, ErrNotLoaded, elsewhere)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", what, err)
	}
	loaded, err := newLoadedMap(m, nil)
	if err != nil {
		return nil, errors.Join(err, m.Close())
	}
	if name != "" && kernelName(name) != loaded.Name {
		return nil, errors.Join(&advised{reason: fmt.Sprintf("%s is not named %s but %s", what, name, loaded.Name), hint: "leave the name out"}, loaded.Close())
	}
	return []*LoadedMap{loaded}, nil
}

// LoadedMaps opens the maps in the kernel that are those of the object: see [FindMaps].
func (o *Object) LoadedMaps(name string) ([]*LoadedMap, error) {
	wanted := map[string][]*ebpf.MapSpec{} // by the name in the kernel
	specs := o.Spec().Maps
	for key, spec := range specs {
		if name == "" || name == key || name == kernelName(spec.Name) {
			kept := kernelName(spec.Name)
			wanted[kept] = append(wanted[kept], spec)
		}
	}
	if len(wanted) == 0 && name != "" {
		return nil, &advised{
			reason: "the object has no map " + name,
			hint:   "it has " + strings.Join(slices.Sorted(maps.Keys(specs)), ", "),
		}
	}
	var all []*LoadedMap
	err := eachMap(func(m *ebpf.Map) (keep bool, err error) {
		info, err := kernelMapInfo(m)
		if err != nil {
			return false, err
		}
		for _, spec := range wanted[unix.ByteSliceToString(info.Name[:])] {
			like := *spec
			like.Flags |= m.Flags() & unix.BPF_F_MMAPABLE // the loader adds it to sections where the kernel knows it
			if like.Compatible(m) != nil || !info.holds(spec.Value) {
				continue
			}
			loaded, err := newLoadedMap(m, spec)
			if err == nil {
				all = append(all, loaded)
			}
			return err == nil, err
		}
		return false, nil
	})
	if err == nil && len(all) == 0 {
		err = ErrNotLoaded
	}
	if err != nil {
		for _, m := range all {
			err = errors.Join(err, m.Close())
		}
		return nil, err
	}
	slices.SortFunc(all, func(a, b *LoadedMap) int { return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return all, nil
}

// eachMap calls f with each map in the kernel, and closes those that f does not keep.
func eachMap(f func(*ebpf.Map) (keep bool, err error)) error {
	for id := ebpf.MapID(0); ; {
		next, err := ebpf.MapGetNextID(id)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("list maps: %w", err)
		}
		id = next
		m, err := ebpf.NewMapFromID(id)
		if errors.Is(err, fs.ErrNotExist) {
			continue // gone meanwhile
		}
		if err != nil {
			return fmt.Errorf("open map %d: %w", id, err)
		}
		keep, err := f(m)
		if !keep {
			err = errors.Join(err, m.Close())
		}
		if err != nil {
			return err
		}
	}
}

// newLoadedMap describes a map. spec is what an object says of it; nil if that is not known.
func newLoadedMap(m *ebpf.Map, spec *ebpf.MapSpec) (*LoadedMap, error) {
	info, err := kernelMapInfo(m)
	if err != nil {
		return nil, err
	}
	key, value := info.types()
	if spec != nil && key == nil && value == nil {
		key, value = spec.Key, spec.Value
	}
	return &LoadedMap{
		Name: unix.ByteSliceToString(info.Name[:]), ID: info.ID, Type: mapTypeName(m.Type()),
		KeySize: info.KeySize, ValueSize: info.ValueSize, MaxEntries: info.MaxEntries, Flags: info.Flags,
		kernel: m, decode: newDecoder(m, key, value),
	}, nil
}

// kernelName returns what the kernel keeps of a name (BPF_OBJ_NAME_LEN).
func kernelName(name string) string { return name[:min(len(name), 15)] }
