// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Maps that ask to be pinned, ring buffers of sizes that the kernel does not take, and one of several sizes in a map of maps.
#include "attach.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
	__uint(pinning, 1); /* LIBBPF_PIN_BY_NAME */
} kept SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 5000);
} odd SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
} sizeless SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} perf SEC(".maps");

SEC("raw_tp/sched_process_exec") int uses_maps(void *ctx)
{
	__u32 zero = 0, pid = bpf_get_current_pid_tgid() >> 32;
	__u64 *n = bpf_map_lookup_elem(&kept, &zero);

	if (n)
		__sync_fetch_and_add(n, 1);
	bpf_ringbuf_output(&odd, &pid, sizeof(pid), 0);
	bpf_ringbuf_output(&sizeless, &pid, sizeof(pid), 0);
	bpf_perf_event_output(ctx, &perf, BPF_F_CURRENT_CPU, &pid, sizeof(pid));
	return 0;
}
