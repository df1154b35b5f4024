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

/* record->args_here: how much is to be put, then how much is there. */
static __always_inline void put_args(struct writer *w, struct mm_struct *mm, struct wire_counter *counter)
{
	__u64 len = *(volatile __u32 *)&w->record->args_here;

	barrier_var(len);
	if (len <= w->slot - sizeof(struct wire_exec)) {
		if (bpf_probe_read_user((struct wire_exec *)w->record + 1, len, (void *)mm->arg_start) == 0) {
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

static __always_inline int record_exec(struct task_struct *task, pid_t old_tid, struct linux_binprm *bprm,
				       const bool modern)
{
	struct fs_struct *fs = task->fs;
	struct mm_struct *mm = task->mm;
	struct file *file = bprm->file;
	struct walk exe = walk_from(&file->f_path, &fs->root, modern);
	struct walk cwd = walk_from(&fs->pwd, &fs->root, modern);
	struct kernfs_node *cgroup, *cgroup_parent;
	__u32 args_len, args_here, env_len, need;
	struct wire_counter *counter;
	struct measuring m = {};
	struct texts *texts = &m.texts;
	struct copying c = {};
	struct writer *w = &c.w;
	struct wire_attempt *attempt;
	struct wire_exec *e;
	__u32 lane = PROGRAM_LANE();

	if (!on_duty(WIRE_EXEC, task, lane) || is_self(task->tgid))
		return 0;
	counter = count(WIRE_EXEC, lane);
	if (!counter)
		return 0;

	args_len = mm->arg_end - mm->arg_start;
	env_len = mm->env_end - mm->env_start;
	cgroup = task_cgroup(task, true);
	cgroup_parent = kernfs_parent(cgroup, true);

	texts->filename = measure(texts, filename_len(bprm));
	if (bprm->interp != bprm->filename)
		texts->interp = measure(texts, name_len(address_of(bprm->interp)));
	if (cgroup_parent) { /* else the root, which has no name */
		texts->cgroup = measure(texts, name_len(address_of(cgroup->name)));
		texts->cgroup_parent = measure(texts, name_len(address_of(cgroup_parent->name)));
	}
	measure_path(&m, &exe, modern);
	measure_path(&m, &cwd, modern);
	w->piece = piece_for(texts->lengths, modern);
	barrier_var(w->piece); /* slot_for() must look at this, and not once more at the lengths */
	need = sizeof(*e) + texts->total + w->piece;

	args_here = args_len;
	if ((__u64)need + args_len > SLOT_ARGS) {
		send_chunks(mm->arg_start, args_len, counter->seen, lane << CHUNK_LANE_SHIFT);
		args_here = 0;
	}
	barrier_var(need);
	need += args_here;
	if (with_env)
		send_chunks(mm->env_start, env_len, counter->seen, CHUNK_ENV | lane << CHUNK_LANE_SHIFT);

	w->slot = slot_for(need, w->piece, modern);
	e = bpf_ringbuf_reserve(&ring, w->slot, 0);
	if (!e) {
		counter->lost++;
		return 0;
	}
	w->record = attempt = &e->attempt;
	attempt->head.size = sizeof(*e);
	attempt->flags = with_env ? WIRE_WITH_ENV : 0;
	attempt->argc = bprm->argc;
	attempt->args_len = args_len;
	attempt->args_here = args_here;
	fill_attempt(attempt, task, true);

	fill_file(&e->file, file);
	e->old_tid = old_tid;
	e->envc = bprm->envc;
	e->env_len = env_len;
	fill_old_comm(e->old_comm, task->pid);

	put_args(w, mm, counter);
	put(w, &attempt->filename_len, bprm->filename, texts->filename);
	put(w, &e->interp_len, bprm->interp, texts->interp);
	put_path(&c, &e->exe_len, &exe, WIRE_EXE_CUT, WIRE_FILE_PSEUDO, modern);
	put_path(&c, &attempt->cwd_len, &cwd, WIRE_CWD_CUT, 0, modern);
	attempt->cgroup_len = attempt->cgroup_parent_len = 0;
	/*
	 * NULL must not be followed, though the verifier lets it: kernels before 6.5 do not find
	 * how to go on in a program that calls functions (0108a4e9f358), and oops.
	 */
	if (cgroup_parent) {
		put(w, &attempt->cgroup_len, cgroup->name, texts->cgroup);
		put(w, &attempt->cgroup_parent_len, cgroup_parent->name, texts->cgroup_parent);
	}

	if (privileges_raised(bprm))
		attempt->flags |= WIRE_PRIVILEGES_RAISED;
	if (dentry_unlinked(exe.dentry, true))
		attempt->flags |= WIRE_FILE_DELETED;
	if (dentry_unlinked(cwd.dentry, true))
		attempt->flags |= WIRE_CWD_DELETED;
	fill_head(&attempt->head, WIRE_EXEC, lane, attempt->head.size, counter);
	submit(e);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, pid_t old_tid, struct linux_binprm *bprm)
{
	return record_exec(bpf_rdonly_cast(task, bpf_core_type_id_kernel(struct task_struct)), old_tid, bprm, true);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec_before_6_2, struct task_struct *task, pid_t old_tid, struct linux_binprm *bprm)
{
	return record_exec(task, old_tid, bprm, false);
}

#endif
