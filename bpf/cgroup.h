/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
#ifndef EXECTRAIL_CGROUP_H
#define EXECTRAIL_CGROUP_H

/* NULL for the root of a hierarchy. */
static __always_inline struct kernfs_node *kernfs_parent(struct kernfs_node *node, const bool typed)
{
	struct kernfs_node___before_6_15 *old = (void *)node;

	if (bpf_core_field_exists(node->__parent))
		return FOLLOW(typed, node, __parent);
	return FOLLOW(typed, old, parent);
}

/*
 * The directory of the task's cgroup. On a host whose unified hierarchy holds
 * no processes (cgroup v1, hybrid) the one that the pids controller uses.
 */
static __always_inline struct kernfs_node *task_cgroup(struct task_struct *task, const bool typed)
{
	struct css_set *set = FOLLOW(typed, task, cgroups);
	struct kernfs_node *node = FOLLOW(typed, set, dfl_cgrp, kn);

	if (kernfs_parent(node, typed) || !bpf_core_enum_value_exists(enum cgroup_subsys_id, pids_cgrp_id))
		return node;
	return FOLLOW(typed, set, subsys[bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id)], cgroup, kn);
}

#endif
