// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only)
// also: big-endian
// Sends an event with a type through a ring buffer for each program that is executed.
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

enum color { RED, GREEN = 7 };

struct place {
	__u16 x;
	__s16 y;
};

struct event {
	__u64 time;
	__u32 pid;
	enum color color;
	struct place place;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
	__type(value, struct event);
} events SEC(".maps");

SEC("raw_tp/sched_process_exec")
int on_exec(void *ctx)
{
	struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!e)
		return 0;
	e->time = bpf_ktime_get_ns();
	e->pid = bpf_get_current_pid_tgid() >> 32;
	e->color = GREEN;
	e->place.x = 1;
	e->place.y = -2;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	bpf_ringbuf_submit(e, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
