/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
#ifndef EXECTRAIL_EXIT_H
#define EXECTRAIL_EXIT_H

/*
 * Before 6.16 the hook does not say which thread is the last, and signal->live
 * can read 0 in several that end at the same time. The first of them to get in here sends.
 */
struct ended {
	__u64 start;
	__u32 pid;
	__u32 pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct ended);
	__type(value, __u8);
} ended SEC(".maps");

static __always_inline bool last_thread(struct task_struct *task)
{
	struct ended key = {};
	__u8 value = 1;

	if (task->signal->live.counter != 0)
		return false;
	key.start = task->group_leader->start_boottime;
	key.pid = task->tgid;
	return bpf_map_update_elem(&ended, &key, &value, BPF_NOEXIST) == 0;
}

static __always_inline void add_task(struct wire_usage *u, struct task_struct *task, const bool typed)
{
	u->user_ns += FOLLOW(typed, task, utime);
	u->system_ns += FOLLOW(typed, task, stime);
	u->run_ns += FOLLOW(typed, task, se.sum_exec_runtime);
	u->minor_faults += FOLLOW(typed, task, min_flt);
	u->major_faults += FOLLOW(typed, task, maj_flt);
	u->voluntary_switches += FOLLOW(typed, task, nvcsw);
	u->involuntary_switches += FOLLOW(typed, task, nivcsw);
	if (bpf_core_field_exists(task->ioac.read_bytes)) { /* CONFIG_TASK_IO_ACCOUNTING */
		u->read_bytes += FOLLOW(typed, task, ioac.read_bytes);
		u->write_bytes += FOLLOW(typed, task, ioac.write_bytes);
	}
}

/* What the threads that are gone have left (__exit_signal()). */
static __always_inline void fill_gone(struct wire_usage *u, struct signal_struct *signal)
{
	u->user_ns = signal->utime;
	u->system_ns = signal->stime;
	u->run_ns = signal->sum_sched_runtime;
	u->minor_faults = signal->min_flt;
	u->major_faults = signal->maj_flt;
	u->voluntary_switches = signal->nvcsw;
	u->involuntary_switches = signal->nivcsw;
	u->max_rss = (__u64)signal->maxrss * page_size;
	u->read_bytes = u->write_bytes = 0;
	if (bpf_core_field_exists(signal->ioac.read_bytes)) {
		u->read_bytes = signal->ioac.read_bytes;
		u->write_bytes = signal->ioac.write_bytes;
	}
}

/* Threads that are waiting to be gone, the first one among them, and the one that runs here. */
#define MAX_ENDING 128

/* What they used. For each CPU and lane: no other program writes to it. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, WIRE_LANES);
	__type(key, __u32);
	__type(value, struct wire_usage);
} sums SEC(".maps");

/* Global, so that the verifier goes through the loop once, and not for each way to it and each try. */
__noinline int add_threads(__u64 address, __u32 lane)
{
	struct signal_struct *signal = (void *)address;
	struct wire_usage *sum = bpf_map_lookup_elem(&sums, &lane);
	void *head = (void *)signal + bpf_core_field_offset(signal->thread_head);
	struct list_head *next = BPF_CORE_READ(signal, thread_head.next);

	for (int i = 0; sum && i < MAX_ENDING && next != head; i++) {
		add_task(sum, (void *)next - bpf_core_field_offset(struct task_struct, thread_node), false);
		next = BPF_CORE_READ(next, next);
	}
	return 0;
}

static __always_inline void fill_usage(struct wire_usage *u, struct task_struct *task, __u32 lane)
{
	struct signal_struct *signal = task->signal;
	struct wire_usage *sum;

	fill_gone(u, signal);
	if (signal->nr_threads == 1) {
		add_task(u, task, true);
		return;
	}
	sum = bpf_map_lookup_elem(&sums, &lane);
	if (!sum)
		return;
	/* A thread moves from the list to the sums under this lock: once more if one did. */
	for (int i = 0; i < 3; i++) {
		unsigned before = *(volatile unsigned *)&signal->stats_lock.seqcount.seqcount.sequence;

		fill_gone(sum, signal);
		add_threads(address_of(signal), lane);
		if (before == *(volatile unsigned *)&signal->stats_lock.seqcount.seqcount.sequence && !(before & 1))
			break;
	}
	*u = *sum;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *trusted_task)
{
	struct task_struct *task = plain_task(trusted_task);
	struct signal_struct *signal = task->signal;
	struct wire_counter *counter;
	struct wire_exit *e;
	__u32 lane = PROGRAM_LANE();
	bool is_wanted;

	if (!on_duty(WIRE_EXIT, task, lane))
		return 0;
	if (terms.under)
		leave_children(task, lane);
	if (exit_has_group_dead ? !(bool)ctx[1] : !last_thread(task))
		return 0;
	is_wanted = !with_terms || ((!terms.under || leave_tree(task)) && passes(task, task->group_leader, true));
	if (is_self(task->tgid)) {
		self_tgid = 0; /* whoever gets this id next is another process, and the hooks may outlive the reader */
		return 0;
	}
	if (!is_wanted)
		return filtered(WIRE_EXIT, lane);
	counter = count(WIRE_EXIT, lane);
	if (!counter)
		return 0;
	e = room_for(sizeof(*e));
	if (!e) {
		counter->lost++;
		return 0;
	}
	fill_id(&e->self, task);
	e->parent_pid = task->real_parent->tgid;
	e->code = signal->flags & SIGNAL_GROUP_EXIT ? signal->group_exit_code : task->group_leader->exit_code;
	fill_usage(&e->usage, task, lane);
	fill_head(&e->head, WIRE_EXIT, lane, sizeof(*e), counter);
	submit(e);
	return 0;
}

#endif
