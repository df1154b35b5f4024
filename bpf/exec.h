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

/* The texts of an exec, measured before space for them is reserved. */
struct texts {
	__u32 total;
	__u32 lengths; /* the bits of all lengths together: no piece is longer than they can count */
	__u32 filename, interp, cgroup, cgroup_parent;
};

/*
 * The verifier wants to see that a copy ends within the slot, and it knows the
 * offset and the length each by their greatest values only. So each copy needs
 * room for the longest piece of the record, rounded up to one of these.
 */
#define PIECE_SHORT 32
#define PIECE_NAME 256
#define PIECE_PATH 4096

static __always_inline __u32 piece_for(__u32 lengths, const bool modern)
{
	if (modern && lengths < PIECE_SHORT)
		return PIECE_SHORT;
	if (lengths < PIECE_NAME)
		return PIECE_NAME;
	return PIECE_PATH;
}

/*
 * Sizes of the slots in the ring: the size that is reserved must be a constant.
 * Older verifiers follow the unrolled walks once for each, so there are fewer.
 */
#define SLOT_ARGS 4352       /* the largest that holds argv; what is longer goes in chunks */
#define SLOT_TEXTS (21 << 10) /* holds the longest texts there can be */
#define SLOT_MASK 0x7fff

static __always_inline __u32 slot_for(__u32 need, __u32 piece, const bool modern)
{
	if (piece == PIECE_PATH)
		return SLOT_TEXTS;
	if (modern && need <= 512)
		return 512;
	if (need <= 1024)
		return 1024;
	if (modern && need <= 2176)
		return 2176;
	if (need <= SLOT_ARGS)
		return SLOT_ARGS;
	return SLOT_TEXTS;
}

/*
 * Length of a name that the kernel keeps below 256 bytes, without its NUL. Global, for then the verifier knows nothing of the result and does
 * not follow the cases apart.
 */
__noinline __u32 name_len(__u64 name)
{
	char half[PIECE_NAME / 2]; /* the stack is small */
	long n = bpf_probe_read_kernel_str(half, sizeof(half), (void *)name);

	if (n == sizeof(half))
		n += bpf_probe_read_kernel_str(half, sizeof(half), (void *)name + sizeof(half) - 1) - 1;
	return n > 0 && n <= PIECE_NAME ? n - 1 : 0;
}

static __always_inline __u32 measure(struct texts *texts, __u32 len)
{
	texts->total += len;
	texts->lengths |= len;
	return len;
}

struct measuring {
	struct walk walk;
	struct texts texts;
};

/* One step of a path; returns 1 at its end, as bpf_loop() wants it. */
static __always_inline long measure_step(struct measuring *m, const bool modern)
{
	const unsigned char *name;
	__u32 len;
	enum walk_step step = walk_up(&m->walk, &name, &len, modern);

	if (step == WALK_DONE)
		return 1;
	if (step == WALK_MOUNT)
		return 0;
	measure(&m->texts, len + 1);
	return step == WALK_PSEUDO;
}

static long measure_turn(__u32 turn, struct measuring *m)
{
	return measure_step(m, true);
}

static __always_inline void measure_path(struct measuring *m, const struct walk *walk, const bool modern)
{
	m->walk = *walk;
	if (modern) {
		bpf_loop(WALK_STEPS, measure_turn, m, 0);
		return;
	}
	for (int i = 0; i < WALK_STEPS_UNROLLED; i++)
		if (measure_step(m, false))
			break;
}

/* The record being written. */
struct writer {
	struct wire_exec *record; /* head.size: how far it is filled */
	__u64 slot; /* 64 bits wide: the verifier does not follow half a word of the stack */
	__u64 piece;
};

/*
 * How far the record is filled is read back from it, for then the verifier
 * does not know, and does not follow each length of a path apart from the
 * others to the end of the program.
 */
static __always_inline __u64 end_of(struct writer *w)
{
	return *(volatile __u32 *)&w->record->head.size & SLOT_MASK;
}

static __always_inline bool append(struct writer *w, const void *src, __u64 len)
{
	__u64 end = end_of(w);

	barrier_var(len); /* the register that is compared must be the one that is used */
	if (len > w->piece || end > w->slot - w->piece) {
		w->record->flags |= WIRE_TEXT_CUT;
		return false;
	}
	bpf_probe_read_kernel((void *)w->record + end, len, src);
	w->record->head.size = end + len;
	return true;
}

static __always_inline void put(struct writer *w, __u16 *dst_len, const void *src, __u32 len)
{
	*dst_len = 0;
	if (len && append(w, src, len))
		*dst_len = len;
}

struct copying {
	struct walk walk;
	struct writer w;
	__u32 cut, pseudo; /* flags: set until the walk is at its end; set for a file outside of any tree */
};

static __always_inline long copy_step(struct copying *c, const bool modern)
{
	const unsigned char *name;
	__u32 len;
	enum walk_step step = walk_up(&c->walk, &name, &len, modern);

	if (step == WALK_DONE) {
		c->w.record->flags &= ~c->cut;
		return 1;
	}
	if (step == WALK_MOUNT)
		return 0;
	if (!append(&c->w, name, len + 1))
		return 1;
	if (step == WALK_PSEUDO) {
		c->w.record->flags ^= c->cut | c->pseudo;
		return 1;
	}
	return 0;
}

static long copy_turn(__u32 turn, struct copying *c)
{
	return copy_step(c, true);
}

static __always_inline void put_path(struct copying *c, __u16 *dst_len, const struct walk *walk, __u32 cut,
				     __u32 pseudo, const bool modern)
{
	c->walk = *walk;
	c->cut = cut;
	c->pseudo = pseudo;
	*dst_len = end_of(&c->w);
	c->w.record->flags |= cut;
	if (modern) {
		bpf_loop(WALK_STEPS, copy_turn, c, 0);
	} else {
		for (int i = 0; i < WALK_STEPS_UNROLLED; i++)
			if (copy_step(c, false))
				break;
	}
	*dst_len = end_of(&c->w) - *(volatile __u16 *)dst_len;
}

/* record->args_here: how much is to be put, then how much is there. */
static __always_inline void put_args(struct writer *w, struct mm_struct *mm, struct wire_counter *counter)
{
	__u64 len = *(volatile __u32 *)&w->record->args_here;

	barrier_var(len);
	if (len <= w->slot - sizeof(*w->record)) {
		if (bpf_probe_read_user(w->record + 1, len, (void *)mm->arg_start) == 0) {
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
	struct tty_struct *tty = task->signal->tty;
	struct kernfs_node *cgroup, *cgroup_parent;
	__u32 args_len, args_here, env_len, need;
	struct wire_counter *counter;
	struct measuring m = {};
	struct texts *texts = &m.texts;
	struct copying c = {};
	struct writer *w = &c.w;
	struct wire_exec *e;

	if (is_self(task->tgid))
		return 0;
	counter = count(WIRE_EXEC);
	if (!counter)
		return 0;

	args_len = mm->arg_end - mm->arg_start;
	env_len = mm->env_end - mm->env_start;
	cgroup = task_cgroup(task);
	cgroup_parent = kernfs_parent(cgroup);

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
	need = sizeof(*e) + texts->total + w->piece;

	args_here = args_len;
	if ((__u64)need + args_len > SLOT_ARGS) {
		send_chunks(mm->arg_start, args_len, counter->seen, false);
		args_here = 0;
	}
	barrier_var(need);
	need += args_here;
	if (with_env)
		send_chunks(mm->env_start, env_len, counter->seen, true);

	w->slot = slot_for(need, w->piece, modern);
	w->record = e = bpf_ringbuf_reserve(&ring, w->slot, 0);
	if (!e) {
		counter->lost++;
		return 0;
	}
	e->head.size = sizeof(*e);
	e->flags = with_env ? WIRE_WITH_ENV : 0;
	e->args_here = args_here;

	fill_id(&e->self, task);
	fill_id(&e->parent, task->real_parent);
	fill_cred(&e->cred, task);
	fill_namespaces(&e->ns, task);
	fill_file(&e->file, file);
	e->cgroup_id = cgroup->id;
	e->old_tid = old_tid;
	e->sid = group_pid(task, PIDTYPE_SID);
	e->pgid = group_pid(task, PIDTYPE_PGID);
	e->argc = bprm->argc;
	e->envc = bprm->envc;
	e->args_len = args_len;
	e->env_len = env_len;
	copy_name(e->comm, task->comm);
	if (tty)
		copy_name(e->tty, tty->name);
	else
		clear_name(e->tty);
	fill_old_comm(e->old_comm, task->pid);

	put_args(w, mm, counter);
	put(w, &e->filename_len, bprm->filename, texts->filename);
	put(w, &e->interp_len, bprm->interp, texts->interp);
	put_path(&c, &e->exe_len, &exe, WIRE_EXE_CUT, WIRE_FILE_PSEUDO, modern);
	put_path(&c, &e->cwd_len, &cwd, WIRE_CWD_CUT, 0, modern);
	put(w, &e->cgroup_len, cgroup->name, texts->cgroup);
	put(w, &e->cgroup_parent_len, cgroup_parent->name, texts->cgroup_parent);

	if (privileges_raised(bprm))
		e->flags |= WIRE_PRIVILEGES_RAISED;
	if (dentry_unhashed(exe.dentry))
		e->flags |= WIRE_FILE_DELETED;
	if (dentry_unhashed(cwd.dentry) && cwd.dentry != cwd.root_dentry)
		e->flags |= WIRE_CWD_DELETED;
	fill_head(&e->head, WIRE_EXEC, e->head.size, counter);
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
