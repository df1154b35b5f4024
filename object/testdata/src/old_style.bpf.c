// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only)
// without BTF
// An object of the old kind: maps in sections of their own, the system call by a name that is to be guessed, and a record that
// only its author can read. It tells of the call and of the return of execve.
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

#include "gobpf.h"

struct gobpf_map SEC("maps/events") events = {
	.type = BPF_MAP_TYPE_PERF_EVENT_ARRAY,
	.key_size = sizeof(int),
	.value_size = sizeof(__u32),
	.max_entries = 1024,
};

struct event {
	__u64 time;
	__u32 pid;
	__u32 uid;
	__u32 gid;
	__s32 kind; /* 1: the call, -1: the return */
	char comm[32];
	char args[16];
	char fill[4]; /* so that the kernel, which adds 4 bytes of its own, has nothing to fill up */
} __attribute__((packed));

static __always_inline int send(void *ctx, int kind)
{
	__u64 user = bpf_get_current_uid_gid();
	struct event e = {
		.time = bpf_ktime_get_ns(),
		.pid = bpf_get_current_pid_tgid() >> 32,
		.uid = user,
		.gid = user >> 32,
		.kind = kind,
		.args = "one\0two words",
	};

	bpf_get_current_comm(e.comm, 16);
	bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &e, sizeof(e));
	return 0;
}

SEC("kprobe/guess_execve")
int on_execve(void *ctx)
{
	return send(ctx, 1);
}

SEC("kretprobe/guess_execve")
int on_execve_return(void *ctx)
{
	return send(ctx, -1);
}

char LICENSE[] SEC("license") = "GPL";
__u32 VERSION SEC("version") = 0xfffffffe;
