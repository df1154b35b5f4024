// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only)
// One program that every kernel takes, and some that none does.
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} counter SEC(".maps");

SEC("raw_tp/sched_process_exec")
int good(void *ctx)
{
	return 0;
}

SEC("raw_tp/sched_process_exec")
int unchecked(void *ctx)
{
	__u32 pid = bpf_get_current_pid_tgid();
	__u64 *n = bpf_map_lookup_elem(&counter, &pid);

	return *n;
}

SEC("raw_tp/sched_process_exec")
int restricted(void *ctx)
{
	bpf_printk("exec");
	return 0;
}

SEC("socket")
int helper_of_others(void *ctx)
{
	return bpf_get_stackid(ctx, &counter, 0);
}

SEC("tp_btf/no_such_tracepoint")
int no_target(void *ctx)
{
	return 0;
}

void exectrail_no_such_function(void) __ksym;

SEC("raw_tp/sched_process_exec")
int no_function(void *ctx)
{
	exectrail_no_such_function();
	return 0;
}

struct task_struct {
	int exectrail_no_such_field;
} __attribute__((preserve_access_index));

SEC("raw_tp/sched_process_exec")
int no_field(__u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	int value = 0;

	bpf_probe_read_user(&value, sizeof(value), &task->exectrail_no_such_field);
	return value;
}

SEC("nonsense/here")
int no_type(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "Proprietary";
