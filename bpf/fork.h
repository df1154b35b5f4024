/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
#ifndef EXECTRAIL_FORK_H
#define EXECTRAIL_FORK_H

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *trusted_child)
{
	struct task_struct *child = plain_task(trusted_child);
	struct wire_counter *counter;
	struct wire_fork *e;
	__u32 lane = PROGRAM_LANE(), pid_ns;
	bool below;

	if (!on_duty(WIRE_FORK, child, lane))
		return 0;
	/* A new thread. */
	if (child->pid != child->tgid)
		return 0;
	/* A child of the tracer is below whatever the tracer is below. */
	below = !terms.under || join_tree(child, lane);
	if (is_self(parent->tgid))
		return 0;
	if (!below)
		return filtered(WIRE_FORK, lane);
	counter = count(WIRE_FORK, lane);
	if (!counter)
		return 0;
	e = room_for(sizeof(*e));
	if (!e) {
		counter->lost++;
		return 0;
	}
	fill_id(&e->self, child);
	fill_id(&e->parent, child->real_parent);
	e->ns_pid = ns_pid(child, &pid_ns, true);
	e->flags = task_flags(child) | (with_terms && !passes(child, child, true) ? WIRE_CONTEXT : 0);
	e->uid = child->cred->uid.val;
	e->gid = child->cred->gid.val;
	copy_name(e->comm, child->comm);
	fill_head(&e->head, WIRE_FORK, lane, sizeof(*e), counter);
	submit(e);
	return 0;
}

#endif
