// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only)
// Sends a number through a perf buffer for each call of getpgid(0x7ace).
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} events SEC(".maps");

__u64 count;

SEC("tracepoint/syscalls/sys_enter_getpgid")
int on_getpgid(void *ctx)
{
	/* After the number of the system call, which stands behind 8 bytes that all tracepoints have. */
	__u64 pid = *(__u64 *)(ctx + 16);
	__u64 number[8] = {};

	if ((__u32)pid != 0x7ace)
		return 0;
	number[0] = ++count; /* one thread calls */
	bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, number, sizeof(number));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
