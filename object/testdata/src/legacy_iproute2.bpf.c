// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only)
// without BTF
// also: big-endian
// Maps defined for tc of iproute2, and by longer structs that no loader is known to have.
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

// As in iproute2's include/bpf_elf.h.
struct elf_map {
	__u32 type;
	__u32 size_key;
	__u32 size_value;
	__u32 max_elem;
	__u32 flags;
	__u32 id;
	__u32 pinning;
	__u32 inner_id;
	__u32 inner_idx;
};

struct longer_map {
	__u32 type;
	__u32 size_key;
	__u32 size_value;
	__u32 max_elem;
	__u32 flags;
	__u32 more[3];
};

struct elf_map SEC("maps") packets = {
	.type = BPF_MAP_TYPE_PERCPU_ARRAY,
	.size_key = sizeof(__u32),
	.size_value = sizeof(__u64),
	.max_elem = 1,
	.pinning = 2,
};

struct elf_map SEC("maps") inside = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = sizeof(__u32),
	.size_value = sizeof(__u64),
	.max_elem = 3,
	.id = 42,
	.inner_idx = 1,
};

struct elf_map SEC("maps") outside = {
	.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	.size_key = sizeof(__u32),
	.size_value = sizeof(__u32),
	.max_elem = 2,
	.id = 43,
	.inner_id = 42,
};

struct longer_map SEC("maps") zeroes = {
	.type = BPF_MAP_TYPE_HASH,
	.size_key = sizeof(__u32),
	.size_value = sizeof(__u32),
	.max_elem = 16,
	.flags = BPF_F_NO_PREALLOC,
};

struct longer_map SEC("maps") unknown = {
	.type = BPF_MAP_TYPE_HASH,
	.size_key = sizeof(__u32),
	.size_value = sizeof(__u32),
	.max_elem = 16,
	.more = {1, 2, 3},
};

SEC("classifier")
int on_packet(void *ctx)
{
	__u32 one = 1;
	__u64 *n = bpf_map_lookup_elem(&packets, &(__u32){0});

	if (n)
		__sync_fetch_and_add(n, 1);
	return bpf_map_lookup_elem(&outside, &one) != 0;
}

char LICENSE[] SEC("license") = "GPL";
