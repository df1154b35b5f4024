/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * What is recorded at all: decided at the start of each hook, before a number is taken and room reserved. A term that
 * is not set costs nothing, for the verifier knows these constants and drops the code.
 */
#ifndef EXECTRAIL_FILTER_H
#define EXECTRAIL_FILTER_H

/* Whether a value is outside of a range; it is looked up only if there is one. */
#define OUTSIDE(range, value) (terms.range.set && outside(&terms.range, value))

static __always_inline bool outside(const volatile struct term_range *range, __u32 value)
{
	return value < range->min || value > range->max;
}

/* How many directories above that of a task are looked at. */
#define CGROUP_DEPTH 64

static __always_inline bool below_cgroup(struct task_struct *task, __u64 id, const bool typed)
{
	struct kernfs_node *node = task_cgroup(task, typed);
	struct kernfs_node___before_6_15 *old;

	/*
	 * A loop for either name of the field: out of a common one the compiler takes both offsets, and the loader
	 * has put a wrong instruction in the place of that which this kernel has not.
	 */
	if (bpf_core_field_exists(node->__parent)) {
		for (int i = 0; i < CGROUP_DEPTH && node; i++) {
			if (FOLLOW(typed, node, id) == id)
				return true;
			node = FOLLOW(typed, node, __parent);
		}
		return false;
	}
	for (int i = 0; i < CGROUP_DEPTH && node; i++) {
		if (FOLLOW(typed, node, id) == id)
			return true;
		old = (void *)node;
		node = FOLLOW(typed, old, parent);
	}
	return false;
}

#define ELSEWHERE_SLOTS 4096

/*
 * The control groups that are not those of the wanted container, each in the slot of its id: user space finds that out from the
 * first event there, so one that it does not know passes, and so does one whose slot another one has taken.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, ELSEWHERE_SLOTS);
	__type(key, __u32);
	__type(value, __u64);
} elsewhere SEC(".maps");

static __always_inline bool is_elsewhere(struct task_struct *task, const bool typed)
{
	__u64 id = FOLLOW(typed, task_cgroup(task, typed), id), *known;
	__u32 slot = id % ELSEWHERE_SLOTS;

	known = bpf_map_lookup_elem(&elsewhere, &slot);
	return known && *known == id;
}

static __always_inline bool in_namespaces(struct task_struct *task, const bool typed)
{
	struct nsproxy *nsproxy;
	__u32 pid_ns;

	if (terms.host_only && FOLLOW(typed, task, group_leader, thread_pid, level) != 0)
		return false;
	if (terms.pid_ns) {
		ns_pid(task, &pid_ns, typed);
		if (pid_ns != terms.pid_ns)
			return false;
	}
	if (terms.mount_ns) {
		nsproxy = FOLLOW(typed, task, nsproxy);
		if (!nsproxy || FOLLOW(typed, nsproxy, mnt_ns, ns.inum) != terms.mount_ns)
			return false;
	}
	return true;
}

/* What is behind the NUL of a name may be of an earlier one. */
static __always_inline bool has_name(struct task_struct *named, const bool typed)
{
	__u64 comm[2];

	if (typed)
		copy_name((__u8 *)comm, named->comm);
	else
		read_name((__u8 *)comm, &named->comm);
	return (comm[0] & terms.comm_mask[0]) == terms.comm[0] && (comm[1] & terms.comm_mask[1]) == terms.comm[1];
}

/* Whether all terms but the tree hold for a task. The name is that of another one, where the process is meant. */
static __always_inline bool passes(struct task_struct *task, struct task_struct *named, const bool typed)
{
	if (OUTSIDE(uid, FOLLOW(typed, task, cred, uid.val)) || OUTSIDE(gid, FOLLOW(typed, task, cred, gid.val)))
		return false;
	if (OUTSIDE(pid, FOLLOW(typed, task, tgid)) || OUTSIDE(ppid, FOLLOW(typed, task, real_parent, tgid)))
		return false;
	if (terms.comm_mask[0] && !has_name(named, typed))
		return false;
	if (!in_namespaces(task, typed))
		return false;
	if (terms.contained && is_elsewhere(task, typed))
		return false;
	return !terms.cgroup || below_cgroup(task, terms.cgroup, typed);
}

static __always_inline bool wanted(struct task_struct *task, struct task_struct *named, const bool typed)
{
	if (!with_terms)
		return true;
	return (!terms.under || in_tree(task, typed)) && passes(task, named, typed);
}

/* The same of the current task. Kernels before 5.11 tell its address without a type. */
static __always_inline bool caller_wanted(void)
{
	struct task_struct *task;

	if (!with_terms)
		return true;
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_current_task_btf)) {
		task = plain_task(bpf_get_current_task_btf());
		return wanted(task, task, true);
	}
	task = (void *)bpf_get_current_task();
	return wanted(task, task, false);
}

/* Counts an event that is not wanted. It gets no number, for a gap in the numbers is a loss. */
static __always_inline int filtered(__u32 kind, __u32 lane)
{
	struct wire_counter *counter = counter_of(kind, lane);

	if (counter)
		counter->filtered++;
	return 0;
}

#endif
