/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/* What an exec record says of the process, whether the exec succeeded or not. */
#ifndef EXECTRAIL_ATTEMPT_H
#define EXECTRAIL_ATTEMPT_H

static __always_inline void fill_attempt(struct wire_attempt *dst, struct task_struct *task, const bool typed)
{
	struct tty_struct *tty = FOLLOW(typed, task, signal, tty);

	fill_id_of(&dst->self, task, typed);
	fill_id_of(&dst->parent, FOLLOW(typed, task, real_parent), typed);
	fill_cred(&dst->cred, task, typed);
	fill_namespaces(&dst->ns, task, typed);
	dst->cgroup_id = FOLLOW(typed, task_cgroup(task, typed), id);
	dst->sid = group_pid(task, PIDTYPE_SID, typed);
	dst->pgid = group_pid(task, PIDTYPE_PGID, typed);
	if (!tty)
		clear_name(dst->tty);
	if (typed) {
		copy_name(dst->comm, task->comm);
		if (tty)
			copy_name(dst->tty, tty->name);
	} else {
		read_name(dst->comm, &task->comm);
		if (tty)
			read_name(dst->tty, &tty->name);
	}
}

#endif
