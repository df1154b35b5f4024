package object

import (
	"fmt"
	"runtime"
	"slices"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"
	"golang.org/x/sys/unix"
)

// mapInfo is the start of struct bpf_map_info (include/uapi/linux/bpf.h). The loader does not tell the types of key and value
// from it.
type mapInfo struct {
	Type, ID, KeySize, ValueSize, MaxEntries, Flags uint32
	Name                                            [unix.BPF_OBJ_NAME_LEN]byte
	Interface, KernelValueType                      uint32
	NetworkDevice, NetworkInode                     uint64
	BTF, KeyType, ValueType, _                      uint32
}

// kernelMapInfo asks the kernel about a map.
func kernelMapInfo(m *ebpf.Map) (*mapInfo, error) {
	var info mapInfo
	attr := struct {
		fd, size uint32
		info     unsafe.Pointer
	}{uint32(m.FD()), uint32(unsafe.Sizeof(info)), unsafe.Pointer(&info)}
	_, _, errno := unix.Syscall(unix.SYS_BPF, unix.BPF_OBJ_GET_INFO_BY_FD, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr))
	runtime.KeepAlive(m)
	if errno != 0 {
		return nil, fmt.Errorf("look at the map: %w", errno)
	}
	return &info, nil
}

// types returns the types of key and value that the map was made with; nil for what is not known, or not to be
// seen for want of rights.
func (i *mapInfo) types() (key, value btf.Type) {
	if i.BTF == 0 {
		return nil, nil
	}
	handle, err := btf.NewHandleFromID(btf.ID(i.BTF))
	if err != nil {
		return nil, nil
	}
	defer handle.Close()
	spec, err := handle.Spec(nil)
	if err != nil {
		return nil, nil
	}
	find := func(id uint32) btf.Type {
		t, err := spec.TypeByID(btf.TypeID(id))
		if id == 0 || err != nil {
			return nil
		}
		return t
	}
	return find(i.KeyType), find(i.ValueType)
}

// holds reports whether the values can be of a type: it is told by its name, a section by those of its variables. What is not known can be.
func (i *mapInfo) holds(t btf.Type) bool {
	_, value := i.types()
	if value == nil || t == nil {
		return true
	}
	have, ok := value.(*btf.Datasec)
	want, wanted := t.(*btf.Datasec)
	if !ok || !wanted {
		return value.TypeName() == t.TypeName()
	}
	return slices.EqualFunc(have.Vars, want.Vars, func(a, b btf.VarSecinfo) bool { return a.Type.TypeName() == b.Type.TypeName() })
}
