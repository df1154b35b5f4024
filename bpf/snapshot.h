/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
#ifndef EXECTRAIL_SNAPSHOT_H
#define EXECTRAIL_SNAPSHOT_H

/* Writes a record for each process that runs. What it lacks is read from /proc. */
SEC("iter/task")
int snapshot(struct bpf_iter__task *ctx)
{
	struct task_struct *task = plain_task(ctx->task);
	struct wire_snapshot e = {};
	__u32 pid_ns;

	if (!ctx->task || task->pid != task->tgid)
		return 0;
	e.head.kind = WIRE_SNAPSHOT;
	e.head.cpu = bpf_get_smp_processor_id();
	e.head.size = sizeof(e);
	e.head.time = bpf_ktime_get_boot_ns();
	fill_id(&e.self, task);
	fill_id(&e.parent, task->real_parent);
	e.ns_pid = ns_pid(task, &pid_ns, true);
	e.flags = task_flags(task);
	if (e.self.pid == bpf_get_current_pid_tgid() >> 32) {
		e.flags |= WIRE_READER;
		reader_root_dentry = (__u64)task->fs->root.dentry;
		reader_root_mnt = (__u64)task->fs->root.mnt;
	}
	e.uid = task->cred->uid.val;
	e.gid = task->cred->gid.val;
	copy_name(e.comm, task->comm);
	bpf_seq_write(ctx->meta->seq, &e, sizeof(e));
	return 0;
}

#endif
