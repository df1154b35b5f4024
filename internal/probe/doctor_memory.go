package probe

import (
	"fmt"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/machine"
)

// trialRingSize is the size of the tracer's rings together unless told otherwise.
const trialRingSize = 64 << 20

func memoryTrials() []trial {
	const group = "memory"
	return []trial{
		{group, "locked memory", "the limit counts for the ring before Linux 5.11", false, tryMemlock},
		{group, "ring buffer", "carries events out of the kernel", true, tryRing},
		{group, "shared memory", "tells the kernel when the reader sleeps", true, tryMappedArray},
	}
}

func tryMemlock(*machine.Machine) (string, error) {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_MEMLOCK, &limit); err != nil {
		return "", fmt.Errorf("read RLIMIT_MEMLOCK: %w", err)
	}
	if limit.Cur == unix.RLIM_INFINITY {
		return "unlimited", nil
	}
	return fmt.Sprintf("%d KiB", limit.Cur>>10), nil
}

func tryRing(m *machine.Machine) (string, error) {
	ring, err := ebpf.NewMap(&ebpf.MapSpec{Name: "doctor_ring", Type: ebpf.RingBuf, MaxEntries: trialRingSize})
	if err != nil {
		return "", explain(m, err)
	}
	defer ring.Close()
	return fmt.Sprintf("%d MiB", trialRingSize>>20), nil
}

func tryMappedArray(m *machine.Machine) (string, error) {
	array, err := ebpf.NewMap(&ebpf.MapSpec{
		Name: "doctor_array", Type: ebpf.Array,
		KeySize: 4, ValueSize: 8, MaxEntries: 1,
		Flags: unix.BPF_F_MMAPABLE,
	})
	if err != nil {
		return "", explain(m, err)
	}
	defer array.Close()
	if _, err := array.Memory(); err != nil {
		return "", explain(m, err)
	}
	return "", nil
}
