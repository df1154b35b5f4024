// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only)
// Has buffers whose records are known by the type of their map, by the name of a struct, and not at all.
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

enum what { STARTED, ENDED };

struct command {
	__u64 start;
	__u32 pid;
	char comm[16];
	char args[];
};

struct change {
	__u64 at;
	__u32 pid;
	enum what what;
	union {
		__be16 port;
		struct {
			__u8 low;
			__u8 high;
		};
	};
};

/* Keeps the type: no map tells of it. */
struct command *command __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
} commands SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
	__type(value, struct change);
} changes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} blobs SEC(".maps");

SEC("raw_tp/sched_process_exec")
int on_exec(void *ctx)
{
	struct change c = {};

	c.at = bpf_ktime_get_boot_ns();
	bpf_perf_event_output(ctx, &commands, BPF_F_CURRENT_CPU, &c, sizeof(c));
	bpf_ringbuf_output(&changes, &c, sizeof(c), 0);
	bpf_ringbuf_output(&blobs, &c, sizeof(c), 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
