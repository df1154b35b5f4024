// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Tracepoints in all their forms, an iterator, performance events, and a program that is called.
#include "attach.h"

COUNTS("tracepoint/sched/sched_process_exec", tracepoint_exec)
COUNTS("tp/sched/sched_process_exit", tp_exit)
COUNTS("raw_tp/sched_process_exec", raw_tp_exec)
COUNTS("raw_tracepoint/sched_process_exit", raw_exit)
COUNTS("tp_btf/sched_process_exec", tp_btf_exec)
COUNTS("?tp_btf/sched_process_exit", optional_exit)
COUNTS("perf_event", sampled)
COUNTS("syscall", called)

struct seq_file;
struct task_struct;

struct bpf_iter_meta {
	struct seq_file *seq;
} __attribute__((preserve_access_index));

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} __attribute__((preserve_access_index));

SEC("iter/task") int each_task(struct bpf_iter__task *ctx)
{
	static const char line[] = "task\n";

	if (ctx->task)
		bpf_seq_write(ctx->meta->seq, line, sizeof(line) - 1);
	return 0;
}
