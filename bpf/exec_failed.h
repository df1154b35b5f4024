/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * An exec that failed: execve or execveat returned an error. There is no hook of
 * its own for that, so user space picks one of three, by what the kernel has:
 * the return of the functions that system calls enter by (fexit, else kretprobe),
 * or that of every system call.
 */
#ifndef EXECTRAIL_EXEC_FAILED_H
#define EXECTRAIL_EXEC_FAILED_H

#define AT_FDCWD -100

#define ERRNO_MAX 511 /* from 512 on: ERESTARTSYS and others that user space never sees */

/*
 * Past the point of no return the caller has a new, empty memory, where the
 * strings are not. The end of argv is set there only when the exec succeeds (create_elf_tables()).
 */
static __always_inline bool memory_replaced(struct task_struct *task)
{
	return BPF_CORE_READ(task, mm, arg_end) == 0;
}

/* Kernels before 5.11 tell the address of the current task without a type. */
static __always_inline void fill_caller(struct wire_attempt *dst)
{
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_current_task_btf))
		fill_attempt(dst, plain_task(bpf_get_current_task_btf()), true);
	else
		fill_attempt(dst, (void *)bpf_get_current_task(), false);
}

static __always_inline bool shares_root(struct fs_struct *fs)
{
	return (__u64)BPF_CORE_READ(fs, root.dentry) == reader_root_dentry &&
	       (__u64)BPF_CORE_READ(fs, root.mnt) == reader_root_mnt;
}

static __always_inline struct walk current_directory(struct fs_struct *fs)
{
	return (struct walk){
		.dentry = BPF_CORE_READ(fs, pwd.dentry),
		.mount = mount_of(BPF_CORE_READ(fs, pwd.mnt), false),
		.root_dentry = BPF_CORE_READ(fs, root.dentry),
		.root_mount = mount_of(BPF_CORE_READ(fs, root.mnt), false),
	};
}

/* The last resort: what is kept of a failed exec when the main ring has no room for it. */
static __always_inline void send_failed_skeleton(const struct wire_exec_failed *record, __u32 lane,
						 struct wire_counter *counter)
{
	const struct wire_attempt *attempt = &record->attempt;
	struct wire_skeleton *e = bpf_ringbuf_reserve(&reserve, sizeof(*e), 0);

	if (!e) {
		counter->lost++;
		return;
	}
	e->self = attempt->self;
	e->parent = attempt->parent;
	e->file = (struct wire_file){};
	e->uid = attempt->cred.uid;
	e->gid = attempt->cred.gid;
	e->argc = attempt->argc;
	e->args_len = attempt->args_len;
	e->envc = 0;
	e->error = record->error;
	e->flags = attempt->flags >> WIRE_SKELETON_FLAGS;
	copy_name(e->comm, attempt->comm);
	fill_head(&e->head, WIRE_SKELETON, lane, sizeof(*e), counter);
	submit(e);
}

/* error: below 0 */
static __always_inline int record_exec_failed(__u64 regs, long error, enum entry entry)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	bool at = is_at(entry), compat = is_compat(entry);
	struct kernfs_node *cgroup, *cgroup_parent;
	struct wire_counter *counter;
	struct wire_attempt *attempt;
	struct fs_struct *fs = BPF_CORE_READ(task, fs);
	struct draft *d;
	__u32 lane = PROGRAM_LANE();
	__u64 size;

	if (error < -ERRNO_MAX || is_self(bpf_get_current_pid_tgid() >> 32))
		return 0;
	if (at && argument(regs, 4, compat) & AT_EXECVE_CHECK)
		return 0;
	if (!caller_wanted())
		return filtered(WIRE_EXEC_FAILED, lane);
	counter = count(WIRE_EXEC_FAILED, lane);
	d = draft_of(lane);
	if (!counter || !d)
		return 0;

	attempt = &d->record.attempt;
	attempt->head.size = sizeof(d->record);
	attempt->flags = WIRE_CWD_CUT | (compat ? WIRE_COMPAT : 0) | (shares_root(fs) ? WIRE_SHARES_ROOT : 0);
	attempt->argc = attempt->args_len = attempt->args_here = 0;
	attempt->filename_len = attempt->cwd_len = attempt->cgroup_len = attempt->cgroup_parent_len = 0;
	fill_caller(attempt);

	d->record.error = -error;
	d->record.at = at;
	d->record.dirfd = at ? (__s32)argument(regs, 0, compat) : AT_FDCWD;
	d->record.at_flags = at ? argument(regs, 4, compat) : 0;

	d->cwd = current_directory(fs);
	d->argv = argument(regs, at ? 2 : 1, compat);
	d->string = 0;
	d->compat = compat;
	if (dentry_unlinked(d->cwd.dentry, false))
		attempt->flags |= WIRE_CWD_DELETED;

	if (memory_replaced(task))
		attempt->flags |= WIRE_FILENAME_UNREADABLE | WIRE_ARGS_UNREADABLE;
	else
		take_filename(d, argument(regs, at ? 1 : 0, compat));
	take_cwd(lane);
	cgroup = task_cgroup(task, false);
	cgroup_parent = kernfs_parent(cgroup, false);
	if (cgroup_parent) {
		take_name(d, &attempt->cgroup_len, BPF_CORE_READ(cgroup, name));
		take_names(d, &attempt->cgroup_parent_len, cgroup_parent);
	}
	if (!(attempt->flags & WIRE_ARGS_UNREADABLE) && d->argv) /* NULL stands for an empty list */
		take_args(lane);
	if (attempt->flags & (WIRE_ARGS_UNREADABLE | WIRE_FILENAME_UNREADABLE))
		counter->short_reads++;

	leave_out(d, detail_for_room());
	fill_head(&attempt->head, WIRE_EXEC_FAILED, lane, attempt->head.size, counter);
	size = *(volatile __u32 *)&attempt->head.size;
	barrier_var(size);
	if (size > DRAFT_END + FAILED_PIECE || !output(d, size))
		send_failed_skeleton(&d->record, lane, counter);
	return 0;
}

SEC("fexit/execve")
int BPF_PROG(fexit_execve, void *regs, long error)
{
	__u32 entry = PROGRAM_LANE();

	/* Where the kernel's type information declares struct pt_regs only, the pointer must not be read. */
	return error < 0 ? record_exec_failed(user_regs(), error, entry) : see_return(entry);
}

SEC("kretprobe/execve")
int kretprobe_execve(struct pt_regs *ctx)
{
#if defined(__TARGET_ARCH_x86)
	long error = ctx->ax;
#else
	long error = ctx->regs[0];
#endif

	return error < 0 ? record_exec_failed(user_regs(), error, PROGRAM_LANE()) : 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long error)
{
	enum entry entry;

	if (error >= 0)
		return 0;
	entry = entry_of(regs);
	if (entry == ENTRY_NONE)
		return 0;
	return record_exec_failed(address_of(regs), error, entry);
}

#endif
