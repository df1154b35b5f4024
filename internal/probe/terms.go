package probe

import (
	"encoding/binary"

	"github.com/exectrail/exectrail/internal/bpfobj"
	"github.com/exectrail/exectrail/internal/filter/term"
)

// kernelTerms returns terms as bpf/config.h lays them out.
func kernelTerms(t term.Terms) bpfobj.TracerFilterTerms {
	k := bpfobj.TracerFilterTerms{
		Uid: kernelRange(t.UID), Gid: kernelRange(t.GID), Pid: kernelRange(t.PID), Ppid: kernelRange(t.PPID),
		Cgroup: t.Cgroup, MountNs: t.MountNS, PidNs: t.PIDNS,
	}
	if t.HostOnly {
		k.HostOnly = 1
	}
	if t.Under != 0 {
		k.Under = 1
	}
	if t.Container != "" {
		k.Contained = 1
	}
	if t.Comm != "" {
		k.Comm, k.CommMask = kernelName(t.Comm)
	}
	return k
}

func kernelRange(r term.Range) bpfobj.TracerTermRange {
	k := bpfobj.TracerTermRange{Min: r.Min, Max: r.Max}
	if r.Set {
		k.Set = 1
	}
	return k
}

// kernelName returns a name as the words that a task has of it, and which of their bits count: those of the name and
// of the NUL behind it.
func kernelName(s string) (name, mask [2]uint64) {
	var text, counts [16]byte
	n := copy(text[:len(text)-1], s)
	for i := range n + 1 {
		counts[i] = 0xff
	}
	for i := range name {
		name[i], mask[i] = binary.LittleEndian.Uint64(text[8*i:]), binary.LittleEndian.Uint64(counts[8*i:])
	}
	return name, mask
}
