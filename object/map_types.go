package object

import (
	"fmt"

	"github.com/cilium/ebpf"
)

// mapTypeName returns the name that bpftool gives a type.
func mapTypeName(t ebpf.MapType) string {
	if int(t) < len(mapTypes) {
		return mapTypes[t]
	}
	return fmt.Sprintf("type %d", uint32(t))
}

// mapTypes are the names of enum bpf_map_type (include/uapi/linux/bpf.h), by number.
var mapTypes = [...]string{
	"unspec", "hash", "array", "prog_array", "perf_event_array", "percpu_hash", "percpu_array", "stack_trace",
	"cgroup_array", "lru_hash", "lru_percpu_hash", "lpm_trie", "array_of_maps", "hash_of_maps", "devmap", "sockmap",
	"cpumap", "xskmap", "sockhash", "cgroup_storage", "reuseport_sockarray", "percpu_cgroup_storage", "queue", "stack",
	"sk_storage", "devmap_hash", "struct_ops", "ringbuf", "inode_storage", "task_storage", "bloom_filter",
	"user_ringbuf", "cgrp_storage", "arena",
}
