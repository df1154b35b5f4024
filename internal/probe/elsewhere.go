package probe

import (
	"sync/atomic"
	"unsafe"
)

// LeaveOut has the kernel leave out what happens in the control group with this id, of a session whose terms name a
// container. Each has a slot (bpf/filter.h): one that loses it to another is recorded again. It may not be called after Close.
func (p *Probe) LeaveOut(cgroup uint64) {
	const size = uint64(unsafe.Sizeof(cgroup))
	if slots := uint64(len(p.elsewhere)) / size; slots > 0 {
		atomic.StoreUint64((*uint64)(unsafe.Pointer(&p.elsewhere[cgroup%slots*size])), cgroup)
	}
}
