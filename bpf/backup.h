/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * From 7.0 on the programs of a tracepoint can be preempted, and the kernel
 * skips a program on a CPU where another run of it is under way
 * (__bpf_trace_run()). So each hook has two backups, attached behind it: the
 * same program again in another lane, which finds by a mark that those before it were
 * skipped, and then does their work. An event is lost only where all three were
 * preempted at their work on the same CPU. They cannot share one program by
 * tail calls: its stack may be its own, one for each CPU.
 */
#ifndef EXECTRAIL_BACKUP_H
#define EXECTRAIL_BACKUP_H

#define MARK_SLOTS 8192

/* The last task that a hook ran for, of those that share a slot by their ids. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, WIRE_COUNTED * MARK_SLOTS);
	__type(key, __u32);
	__type(value, __u64);
} marks SEC(".maps");

static __always_inline __u64 *mark_of(__u32 kind, struct task_struct *task)
{
	__u32 slot = kind * MARK_SLOTS + (__u32)task->pid % MARK_SLOTS;

	return bpf_map_lookup_elem(&marks, &slot);
}

/* Differs for each fork, exec and exit of tasks with the same id. */
static __always_inline __u64 mark_for(struct task_struct *task)
{
	return task->start_boottime + task->self_exec_id;
}

/* Whether this run is to be recorded. Has to be asked before all else, for each run of a hook leaves a mark. */
static __always_inline bool on_duty(__u32 kind, struct task_struct *task, __u32 lane)
{
	struct wire_counter *counter;
	__u64 *mark;

	if (!with_backup)
		return true;
	mark = mark_of(kind, task);
	if (!mark)
		return lane == 0;
	if (lane > 0 && *mark == mark_for(task))
		return false;
	*mark = mark_for(task);
	if (lane == 0)
		return true;
	counter = counter_of(kind, lane);
	if (counter)
		counter->taken_over++;
	return true;
}

#endif
