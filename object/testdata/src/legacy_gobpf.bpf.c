// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only)
// without BTF
// Maps defined for gobpf, in a section for each, and its section version.
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

#include "gobpf.h"

// As it was before it had flags.
struct gobpf_map_without_flags {
	__u32 type;
	__u32 key_size;
	__u32 value_size;
	__u32 max_entries;
	__u32 pinning;
	char namespace[256];
};

struct gobpf_map SEC("maps/events") events = {
	.type = BPF_MAP_TYPE_PERF_EVENT_ARRAY,
	.key_size = sizeof(int),
	.value_size = sizeof(__u32),
	.max_entries = 1024,
};

struct gobpf_map SEC("maps/shared") shared = {
	.type = BPF_MAP_TYPE_LRU_HASH,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 64,
	.map_flags = BPF_F_NO_COMMON_LRU,
	.pinning = 2,
	.namespace = "tracer",
};

struct gobpf_map_without_flags SEC("maps/old") old = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 64,
	.pinning = 1,
};

SEC("kprobe/do_unlinkat")
int on_unlink(void *ctx)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	__u64 *n = bpf_map_lookup_elem(&shared, &pid);

	if (!n)
		n = bpf_map_lookup_elem(&old, &pid);
	if (n)
		bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, n, sizeof(*n));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
__u32 VERSION SEC("version") = 0xfffffffe;
