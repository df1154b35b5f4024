/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the programs of the attach tests share: each counts how often it ran, for which process. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct hit {
	char program[16];
	__u32 pid; /* 0 for programs that run in no process */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct hit);
	__type(value, __u64);
} hits SEC(".maps");

static __always_inline int count(const char *program, __u32 pid)
{
	struct hit key = {.pid = pid};
	__u64 one = 1, *n;

	__builtin_memcpy(key.program, program, sizeof(key.program));
	n = bpf_map_lookup_elem(&hits, &key);
	if (n)
		__sync_fetch_and_add(n, 1);
	else
		bpf_map_update_elem(&hits, &key, &one, BPF_ANY);
	return 0;
}

/* A program of a name and section that counts its runs in each process. */
#define COUNTS(section, name)                                                  \
	SEC(section) int name(void *ctx)                                       \
	{                                                                      \
		static const char text[16] = #name;                            \
		return count(text, bpf_get_current_pid_tgid() >> 32);          \
	}
