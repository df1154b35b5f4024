/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
#ifndef EXECTRAIL_EXEC_H
#define EXECTRAIL_EXEC_H

/*
 * The name of a task is already the new one when sched_process_exec comes.
 * The old one is kept from task_rename until then, in a slot that tasks share
 * by the low bits of their ids: tid tells whose it is.
 */
#define RENAME_SLOTS 8192

struct renamed {
	__u8 comm[WIRE_COMM_LEN];
	__u32 tid;
	__u32 pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, RENAME_SLOTS);
	__type(key, __u32);
	__type(value, struct renamed);
} renames SEC(".maps");

SEC("tp_btf/task_rename")
int BPF_PROG(on_rename, struct task_struct *task)
{
	__u32 tid = task->pid, slot = tid % RENAME_SLOTS;
	struct renamed *renamed = bpf_map_lookup_elem(&renames, &slot);

	if (renamed) {
		renamed->tid = tid;
		copy_name(renamed->comm, task->comm);
	}
	return 0;
}

static __always_inline void fill_old_comm(__u8 *dst, __u32 tid)
{
	__u32 slot = tid % RENAME_SLOTS;
	struct renamed *renamed = bpf_map_lookup_elem(&renames, &slot);

	if (renamed && renamed->tid == tid)
		copy_name(dst, renamed->comm);
	else
		clear_name(dst);
}

/*
 * A function of its own: in a loop the compiler would take the offset out of it, and so
 * out of the branch that asks whether the kernel has the field.
 */
static __noinline struct kernfs_node *group_above(struct kernfs_node *node)
{
	return kernfs_parent(node, true);
}

/* The path of a cgroup, as much of it as is recorded. The root has no name, and is no part of it. */
static __always_inline void measure_names(struct texts *texts, struct kernfs_node *node)
{
	for (int i = 0; i <= WIRE_CGROUP_ABOVE; i++) {
		struct kernfs_node *parent = group_above(node);

		if (!parent)
			break;
		measure(texts, name_len(address_of(node->name)) + 1);
		node = parent;
	}
}

static __always_inline void put_names(struct writer *w, __u16 *dst_len, struct kernfs_node *node)
{
	__u32 begin = end_of(w);

	for (int i = 0; i <= WIRE_CGROUP_ABOVE; i++) {
		struct kernfs_node *parent = group_above(node);

		if (!parent || !append_name(w, node->name))
			break;
		node = parent;
	}
	*dst_len = end_of(w) - begin;
}

/* record->args_here: how much is to be put, then how much is there. */
static __always_inline void put_args(struct writer *w, struct mm_struct *mm, __u32 lane, struct wire_counter *counter)
{
	__u64 len = *(volatile __u32 *)&w->record->args_here;
	struct strings *read = with_loader_env ? strings_of(lane) : NULL;
	long failed;

	barrier_var(len);
	if (len <= w->slot - sizeof(struct wire_exec)) {
		if (read && len <= read->args)
			failed = bpf_probe_read_kernel((struct wire_exec *)w->record + 1, len, read->text);
		else
			failed = bpf_probe_read_user((struct wire_exec *)w->record + 1, len, (void *)mm->arg_start);
		if (!failed) {
			w->record->head.size += len;
			return;
		}
		counter->short_reads++;
	}
	w->record->args_here = 0;
}

static __always_inline void fill_file(struct wire_file *dst, struct file *file)
{
	struct inode *inode = file->f_inode;

	dst->inode = inode->i_ino;
	dst->links = inode->i_nlink;
	dst->device = inode->i_sb->s_dev;
}

/*
 * Length of bprm->filename without its NUL. The kernel puts the string at the
 * very top of the new stack, below one empty word, and bprm->exec points to it
 * (bprm_mm_init(), do_execveat_common()).
 */
static __always_inline __u32 filename_len(struct linux_binprm *bprm)
{
	__u64 len = bprm->vma->vm_end - sizeof(void *) - 1 - bprm->exec;

	return len < PIECE_PATH ? len : 0;
}

static __always_inline __u32 exec_flags(struct task_struct *task, struct linux_binprm *bprm)
{
	__u32 flags = with_env ? WIRE_WITH_ENV : 0;

	if (privileges_raised(bprm))
		flags |= WIRE_PRIVILEGES_RAISED;
	if (dentry_unlinked(bprm->file->f_path.dentry, true))
		flags |= WIRE_FILE_DELETED;
	if (dentry_unlinked(task->fs->pwd.dentry, true))
		flags |= WIRE_CWD_DELETED;
	return flags;
}

/*
 * Sends strings by themselves, as far as there is room for them: argv unless it goes into the record, and
 * the environment. Returns the flags that tell what was left out.
 */
static __always_inline __u32 send_strings(struct mm_struct *mm, enum detail detail, bool args_apart, __u64 seq,
					  __u32 lane)
{
	__u32 of = lane << CHUNK_LANE_SHIFT, flags = 0;

	if (detail == DETAIL_TEXTS)
		return WIRE_LESS_ARGS | (with_env ? WIRE_LESS_ENV : 0);
	if (detail == DETAIL_ENDS)
		of |= CHUNK_ENDS;
	if (args_apart)
		flags = WIRE_LESS_ARGS * (__u32)send_chunks(mm->arg_start, mm->arg_end - mm->arg_start, seq, of);
	if (with_env)
		flags |= WIRE_LESS_ENV * (__u32)send_chunks(mm->env_start, mm->env_end - mm->env_start, seq, of | CHUNK_ENV);
	return flags;
}

/* What has a fixed size, but for the head. */
static __always_inline void fill_exec(struct wire_exec *e, struct task_struct *task, pid_t old_tid,
				      struct linux_binprm *bprm, __u32 signals)
{
	struct wire_attempt *attempt = &e->attempt;
	struct mm_struct *mm = task->mm;
	struct file *file = bprm->file;

	attempt->head.size = sizeof(*e);
	attempt->flags = exec_flags(task, bprm) | signals;
	attempt->argc = bprm->argc;
	attempt->args_len = mm->arg_end - mm->arg_start;
	attempt->args_here = 0;
	attempt->filename_len = attempt->cwd_len = attempt->cgroup_len = attempt->cgroup_parent_len = 0;
	fill_attempt(attempt, task, true);

	fill_file(&e->file, file);
	e->old_tid = old_tid;
	e->envc = bprm->envc;
	e->env_len = mm->env_end - mm->env_start;
	e->interp_len = e->exe_len = 0;
	fill_old_comm(e->old_comm, task->pid);
	e->file_changed = change_time(file->f_inode);
}

/* The last resort: what is kept of an exec when the main ring has no room for it. */
static __always_inline void send_exec_skeleton(struct task_struct *task, struct linux_binprm *bprm, __u32 signals,
					       __u32 lane, struct wire_counter *counter)
{
	struct wire_skeleton *e = bpf_ringbuf_reserve(&reserve, sizeof(*e), 0);

	if (!e) {
		counter->lost++;
		return;
	}
	fill_id(&e->self, task);
	fill_id(&e->parent, task->real_parent);
	fill_file(&e->file, bprm->file);
	e->uid = task->cred->uid.val;
	e->gid = task->cred->gid.val;
	e->argc = bprm->argc;
	e->args_len = task->mm->arg_end - task->mm->arg_start;
	e->envc = bprm->envc;
	e->error = 0;
	e->flags = (exec_flags(task, bprm) | signals) >> WIRE_SKELETON_FLAGS;
	copy_name(e->comm, task->comm);
	fill_head(&e->head, WIRE_SKELETON, lane, sizeof(*e), counter);
	submit(e);
}

/* An exec without any text or string. */
static __always_inline int send_exec_numbers(struct task_struct *task, pid_t old_tid, struct linux_binprm *bprm,
					     __u32 signals, __u32 lane, struct wire_counter *counter)
{
	struct wire_exec *e = bpf_ringbuf_reserve(&ring, sizeof(*e), 0);

	if (!e) {
		send_exec_skeleton(task, bprm, signals, lane, counter);
		return 0;
	}
	fill_exec(e, task, old_tid, bprm, signals);
	e->attempt.flags |= WIRE_LESS_ARGS | WIRE_NO_TEXTS | (with_env ? WIRE_LESS_ENV : 0);
	fill_head(&e->attempt.head, WIRE_EXEC, lane, sizeof(*e), counter);
	submit(e);
	return 0;
}

/* Whether the exec is to be recorded: apart from what does so, of which the compiler begins with what it declares. */
static __always_inline bool is_exec_wanted(struct task_struct *task, __u32 lane, const bool modern)
{
	if (!on_duty(WIRE_EXEC, task, lane))
		return false;
	if (modern)
		expect_return(lane);
	if (is_self(task->tgid))
		return false;
	if (wanted(task, task, true))
		return true;
	filtered(WIRE_EXEC, lane);
	return false;
}

static __always_inline int record_exec(struct task_struct *task, pid_t old_tid, struct linux_binprm *bprm,
				       const bool modern)
{
	struct fs_struct *fs = task->fs;
	struct mm_struct *mm = task->mm;
	struct walk exe = walk_from(&bprm->file->f_path, &fs->root, modern);
	struct walk cwd = walk_from(&fs->pwd, &fs->root, modern);
	struct kernfs_node *cgroup, *cgroup_parent;
	__u32 args_len, args_here, need, flags, noted;
	struct wire_counter *counter;
	struct measuring m = {};
	struct texts *texts = &m.texts;
	struct copying c = {};
	struct writer *w = &c.w;
	struct wire_attempt *attempt;
	struct wire_exec *e;
	__u32 lane = PROGRAM_LANE();
	enum detail detail;

	counter = count(WIRE_EXEC, lane);
	if (!counter)
		return 0;
	noted = signals(task, bprm, lane, modern);
	detail = detail_for_room();
	if (detail == DETAIL_NUMBERS)
		return send_exec_numbers(task, old_tid, bprm, noted, lane, counter);

	args_len = mm->arg_end - mm->arg_start;
	cgroup = task_cgroup(task, true);
	cgroup_parent = kernfs_parent(cgroup, true);

	texts->filename = measure(texts, filename_len(bprm));
	if (bprm->interp != bprm->filename)
		texts->interp = measure(texts, name_len(address_of(bprm->interp)));
	if (cgroup_parent) { /* else the root, which has no name */
		texts->cgroup = measure(texts, name_len(address_of(cgroup->name)));
		measure_names(texts, cgroup_parent);
	}
	if (modern) {
		measure_path(&m, &exe);
		measure_path(&m, &cwd);
	} else {
		measure(texts, take_path(&exe, PATH_EXE));
		measure(texts, take_path(&cwd, PATH_CWD));
	}
	w->piece = piece_for(texts->lengths, modern);
	barrier_var(w->piece); /* slot_for() must look at this, and not once more at the lengths */
	need = sizeof(*e) + texts->total + w->piece;

	args_here = args_len;
	if (detail == DETAIL_TEXTS || (__u64)need + args_len > SLOT_ARGS)
		args_here = 0;
	flags = send_strings(mm, detail, args_here < args_len, counter->seen, lane);
	barrier_var(need);
	need += args_here;

	w->slot = slot_for(need, w->piece, modern);
	e = bpf_ringbuf_reserve(&ring, w->slot, 0);
	if (!e) {
		send_exec_skeleton(task, bprm, noted, lane, counter);
		return 0;
	}
	fill_exec(e, task, old_tid, bprm, noted);
	w->record = attempt = &e->attempt;
	attempt->flags |= flags;
	attempt->args_here = args_here;

	put_args(w, mm, lane, counter);
	put(w, &attempt->filename_len, bprm->filename, texts->filename);
	put(w, &e->interp_len, bprm->interp, texts->interp);
	if (modern) {
		put_path(&c, &e->exe_len, &exe, WIRE_EXE_CUT, WIRE_FILE_PSEUDO);
		put_path(&c, &attempt->cwd_len, &cwd, WIRE_CWD_CUT, 0);
	} else {
		put_taken_path(w, &e->exe_len, PATH_EXE, WIRE_EXE_CUT, WIRE_FILE_PSEUDO);
		put_taken_path(w, &attempt->cwd_len, PATH_CWD, WIRE_CWD_CUT, 0);
	}
	/*
	 * NULL must not be followed, though the verifier lets it: kernels before 6.5 do not find
	 * how to go on in a program that calls functions (0108a4e9f358), and oops.
	 */
	if (cgroup_parent) {
		put(w, &attempt->cgroup_len, cgroup->name, texts->cgroup);
		put_names(w, &attempt->cgroup_parent_len, cgroup_parent);
	}
	fill_head(&attempt->head, WIRE_EXEC, lane, attempt->head.size, counter);
	submit(e);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, pid_t old_tid, struct linux_binprm *bprm)
{
	/* For each field behind a pointer that is trusted, the verifier looks through all types of the kernel by name. */
	task = bpf_rdonly_cast(task, bpf_core_type_id_kernel(struct task_struct));
	bprm = bpf_rdonly_cast(bprm, bpf_core_type_id_kernel(struct linux_binprm));
	return is_exec_wanted(task, PROGRAM_LANE(), true) ? record_exec(task, old_tid, bprm, true) : 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec_before_6_2, struct task_struct *task, pid_t old_tid, struct linux_binprm *bprm)
{
	return is_exec_wanted(task, PROGRAM_LANE(), false) ? record_exec(task, old_tid, bprm, false) : 0;
}

#endif
