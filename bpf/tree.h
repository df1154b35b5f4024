/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * The processes below one (terms.under), itself included: children are taken in when they are
 * created, so that one stays a member whoever its parent is later.
 *
 * Those that are there when the hooks are attached are put in by user space, which takes a moment. Until it is
 * done (tree_grown) a process is a member, too, if its parents lead to one, and the
 * children of a member that exits are put in before they get another parent. So nobody gets lost meanwhile.
 */
#ifndef EXECTRAIL_TREE_H
#define EXECTRAIL_TREE_H

/*
 * By process id, when the process started, 0 for none: the next one with this id is no member. An array, and as long as
 * there are ids, for those of processes that run are near each other, and so is their memory: in a hash map a look
 * at one that was just created takes 350 ns, as long as all the rest.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* set by user space */
	__type(key, __u32);
	__type(value, __u64);
} tree SEC(".maps");

/* All processes that were below the first one are in the map. */
volatile __u32 tree_grown = 0;

/* How far up a member is looked for. */
#define TREE_DEPTH 128

/* How many children of a thread are put in when it exits. */
#define TREE_CHILDREN 512

static __always_inline bool is_member(__u32 pid, __u64 start)
{
	__u64 *member = bpf_map_lookup_elem(&tree, &pid);

	return member && *member == start;
}

static __always_inline void count_untracked(__u32 lane)
{
	struct wire_counter *counter = counter_of(WIRE_FORK, lane);

	if (counter)
		counter->untracked++;
}

static __always_inline void add_member(__u32 pid, __u64 start, __u32 lane)
{
	__u64 *member = bpf_map_lookup_elem(&tree, &pid);

	if (member)
		*member = start;
	else /* there are more ids than there were (kernel.pid_max) */
		count_untracked(lane);
}

/* Global, as are the next ones, so that the verifier goes through each once, and not for each caller or turn of a loop. */
__noinline int leads_to_member(__u64 address)
{
	struct task_struct *task = (void *)address;
	__u32 pid;

	for (int i = 0; terms.under && i < TREE_DEPTH; i++) {
		pid = BPF_CORE_READ(task, tgid);
		if (!pid)
			return 0;
		if (is_member(pid, BPF_CORE_READ(task, group_leader, start_boottime)))
			return 1;
		task = BPF_CORE_READ(task, real_parent);
	}
	return 0;
}

static __always_inline bool in_tree(struct task_struct *task, const bool typed)
{
	__u32 grown = tree_grown; /* before the look into the map, which has all members from then on */

	if (is_member(FOLLOW(typed, task, tgid), FOLLOW(typed, task, group_leader, start_boottime)))
		return true;
	if (grown)
		return false;
	/* Twice: a parent may have exited between the two looks at a task, and then it has put its children in. */
	return leads_to_member(address_of(task)) || leads_to_member(address_of(task));
}

/* Takes in a new process if its parent is a member, and returns whether it is. */
static __always_inline bool join_tree(struct task_struct *child, __u32 lane)
{
	if (!in_tree(child->real_parent, true))
		return false;
	add_member(child->tgid, child->start_boottime, lane);
	return true;
}

__noinline int keep_child(__u64 address, __u32 lane)
{
	struct task_struct *child = (void *)address;

	add_member(BPF_CORE_READ(child, tgid), BPF_CORE_READ(child, group_leader, start_boottime), lane);
	return 0;
}

__noinline int keep_children(__u64 address, __u32 lane)
{
	struct task_struct *task = (void *)address;
	struct list_head *head = (void *)task + bpf_core_field_offset(task->children);
	struct list_head *next = BPF_CORE_READ(task, children.next), *at;

	for (int i = 0; terms.under && i < TREE_CHILDREN; i++) {
		if (!next || next == head)
			return 0;
		keep_child((__u64)next - bpf_core_field_offset(task->sibling), lane);
		at = next;
		next = BPF_CORE_READ(at, next);
		if (next == at) /* it was taken off the list meanwhile (__unhash_process()): once more */
			next = BPF_CORE_READ(task, children.next);
	}
	count_untracked(lane);
	return 0;
}

/* Called for each thread that exits: children are those of a thread. */
static __always_inline void leave_children(struct task_struct *task, __u32 lane)
{
	if (!tree_grown && in_tree(task, true))
		keep_children(address_of(task), lane);
}

/* Takes out a process that ends, and returns whether it was a member. */
static __always_inline bool leave_tree(struct task_struct *task)
{
	__u32 pid = task->tgid;
	__u64 *member;

	if (!in_tree(task, true))
		return false;
	member = bpf_map_lookup_elem(&tree, &pid);
	if (member)
		*member = 0;
	return true;
}

#endif
