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
#define AT_EXECVE_CHECK 0x10000 /* from 6.14: asks whether a file may be executed */

#define ERRNO_MAX 511 /* from 512 on: ERESTARTSYS and others that user space never sees */

/* argv is kept up to here, and by as much as a string reaches beyond it. */
#define FAILED_ARGS (32 << 10)
/* What is read at a time of a file name (PATH_MAX) or a string of argv. */
#define FAILED_PIECE 4096
#define FAILED_NAMES (9 << 10) /* file name, working directory, and two names of cgroups */

/*
 * The record is made here, piece by piece, for nobody knows how long argv is before it was
 * read. There is one of 46 KiB for each CPU and lane: no other program writes to it.
 */
struct draft {
	struct wire_exec_failed record; /* head.size: how far it is filled */
	__u8 tail[FAILED_NAMES + FAILED_ARGS + FAILED_PIECE];
	struct walk cwd;
	__u64 argv;   /* the next pointer */
	__u64 string; /* what is left of a string; 0: to be read by the next pointer */
	__u32 compat; /* pointers have 4 bytes */
	__u32 pad;
};

#define DRAFT_END (sizeof(struct wire_exec_failed) + FAILED_NAMES + FAILED_ARGS)

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* set by user space */
	__type(key, __u32);
	__type(value, struct draft);
} drafts SEC(".maps");

static __always_inline struct draft *draft_of(__u32 lane)
{
	__u32 slot = bpf_get_smp_processor_id() * WIRE_LANES + lane;

	return bpf_map_lookup_elem(&drafts, &slot);
}

/* Where the next piece goes. There is always room for one beyond the most that is kept. */
static __always_inline void *next_piece(struct draft *d)
{
	__u64 end = *(volatile __u32 *)&d->record.attempt.head.size;

	barrier_var(end);
	if (end > DRAFT_END)
		end = DRAFT_END;
	return (void *)&d->record + end;
}

/*
 * Memory that the caller has not used yet is not there, unless the program may sleep. In one
 * that must not, user space puts a failure in the place of the calls.
 */
static __always_inline bool fault_in(__u64 address)
{
	__u8 byte;

	return bpf_copy_from_user(&byte, 1, (void *)address) == 0 ||
	       bpf_copy_from_user(&byte, 1, (void *)((address | (page_size - 1)) + 1)) == 0;
}

static __always_inline long read_string(void *dst, __u64 address)
{
	long n = bpf_probe_read_user_str(dst, FAILED_PIECE, (void *)address);

	if (n < 0 && fault_in(address))
		n = bpf_probe_read_user_str(dst, FAILED_PIECE, (void *)address);
	if (n == 0) { /* an empty string, in 5.10: newer kernels count its NUL */
		*(__u8 *)dst = 0;
		n = 1;
	}
	return n;
}

static __always_inline long read_pointer(__u64 *dst, __u64 address, bool compat)
{
	__u32 size = compat ? 4 : 8;
	long err;

	*dst = 0;
	err = bpf_probe_read_user(dst, size, (void *)address);
	if (err && fault_in(address))
		err = bpf_probe_read_user(dst, size, (void *)address);
	return err;
}

/* Takes in a string of argv, or the next part of a long one; false at the end. */
static __always_inline bool take_string(struct draft *d)
{
	struct wire_attempt *attempt = &d->record.attempt;
	long n;

	if (!d->string) {
		if (read_pointer(&d->string, d->argv, d->compat)) {
			attempt->flags |= WIRE_ARGS_UNREADABLE;
			return false;
		}
		if (!d->string)
			return false;
		d->argv += d->compat ? 4 : 8;
		attempt->argc++;
	}
	n = read_string(next_piece(d), d->string);
	if (n <= 0) {
		attempt->flags |= WIRE_ARGS_UNREADABLE;
		return false;
	}
	if (n == FAILED_PIECE) { /* the last byte is a NUL that is not in the string, or is to be read again */
		n--;
		d->string += n;
	} else {
		d->string = 0;
	}
	attempt->args_len += n;
	if (attempt->args_here < FAILED_ARGS) {
		attempt->args_here += n;
		attempt->head.size += n;
	}
	return true;
}

/*
 * Loops in loops, each in a global function, for so the verifier goes through the turns of
 * each once, and not through their product: that is as many strings as 32 KiB can hold.
 */
#define INNER_TURNS 16
#define MIDDLE_TURNS 64
#define OUTER_TURNS 32

_Static_assert(INNER_TURNS * MIDDLE_TURNS * OUTER_TURNS >= FAILED_ARGS, "turns");

__noinline int take_strings(__u32 lane)
{
	struct draft *d = draft_of(lane);

	if (!d)
		return 1;
	for (int i = 0; i < INNER_TURNS; i++)
		if (!take_string(d))
			return 1;
	return 0;
}

__noinline int take_many_strings(__u32 lane)
{
	for (int i = 0; i < MIDDLE_TURNS; i++)
		if (take_strings(lane))
			return 1;
	return 0;
}

__noinline int take_args(__u32 lane)
{
	struct draft *d;

	for (int i = 0; i < OUTER_TURNS; i++)
		if (take_many_strings(lane))
			return 0;
	d = draft_of(lane);
	if (d)
		d->record.attempt.flags |= WIRE_ARGS_UNMEASURED;
	return 0;
}

static __always_inline bool take_component(struct draft *d)
{
	const unsigned char *name;
	__u32 len;
	long n;

	switch (walk_up(&d->cwd, &name, &len, false)) {
	case WALK_DONE:
	case WALK_PSEUDO:
		d->record.attempt.flags &= ~WIRE_CWD_CUT;
		return false;
	case WALK_MOUNT:
		return true;
	default:
		break;
	}
	if (d->record.attempt.cwd_len > FAILED_PIECE - PIECE_NAME)
		return false;
	n = bpf_probe_read_kernel_str(next_piece(d), PIECE_NAME, name);
	if (n <= 0)
		return false;
	d->record.attempt.head.size += n;
	d->record.attempt.cwd_len += n;
	return true;
}

__noinline int take_components(__u32 lane)
{
	struct draft *d = draft_of(lane);

	if (!d)
		return 1;
	for (int i = 0; i < INNER_TURNS; i++)
		if (!take_component(d))
			return 1;
	return 0;
}

__noinline int take_cwd(__u32 lane)
{
	for (int i = 0; i < MIDDLE_TURNS; i++)
		if (take_components(lane))
			break;
	return 0;
}

static __always_inline void take_name(struct draft *d, __u16 *len, const char *name)
{
	long n = bpf_probe_read_kernel_str(next_piece(d), PIECE_NAME, name);

	if (n > 1) {
		*len = n - 1;
		d->record.attempt.head.size += n - 1;
	}
}

static __always_inline void take_filename(struct draft *d, __u64 address)
{
	struct wire_attempt *attempt = &d->record.attempt;
	long n = read_string(next_piece(d), address);

	if (n <= 0) {
		attempt->flags |= WIRE_FILENAME_UNREADABLE;
		return;
	}
	attempt->filename_len = n - 1;
	attempt->head.size += n - 1;
}

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

/* Of argv, which is the end of the draft, leaves the beginning and, where it is all there, the end. */
static __always_inline void keep_ends(struct draft *d)
{
	struct wire_attempt *attempt = &d->record.attempt;
	__u64 end = attempt->head.size, middle = end - attempt->args_here + STRINGS_END;
	bool whole = attempt->args_here == attempt->args_len;

	if (attempt->args_here <= 2 * STRINGS_END)
		return;
	attempt->flags |= WIRE_LESS_ARGS;
	attempt->args_here = STRINGS_END;
	attempt->head.size = middle;
	barrier_var(end);
	barrier_var(middle);
	if (!whole || end < STRINGS_END || end > DRAFT_END + FAILED_PIECE || middle > DRAFT_END)
		return;
	bpf_probe_read_kernel((void *)d + middle, STRINGS_END, (void *)d + end - STRINGS_END);
	attempt->args_here += STRINGS_END;
	attempt->head.size += STRINGS_END;
}

static __always_inline void leave_out(struct draft *d, enum detail detail)
{
	struct wire_attempt *attempt = &d->record.attempt;

	if (detail == DETAIL_ALL)
		return;
	if (detail == DETAIL_ENDS) {
		keep_ends(d);
		return;
	}
	attempt->flags |= WIRE_LESS_ARGS;
	attempt->head.size -= attempt->args_here;
	attempt->args_here = 0;
	if (detail == DETAIL_NUMBERS) {
		attempt->flags |= WIRE_NO_TEXTS;
		attempt->filename_len = attempt->cwd_len = attempt->cgroup_len = attempt->cgroup_parent_len = 0;
		attempt->head.size = sizeof(d->record);
	}
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

	if (error >= 0 || error < -ERRNO_MAX || is_self(bpf_get_current_pid_tgid() >> 32))
		return 0;
	if (at && argument(regs, 4, compat) & AT_EXECVE_CHECK)
		return 0;
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
		take_name(d, &attempt->cgroup_parent_len, BPF_CORE_READ(cgroup_parent, name));
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
	/* Where the kernel's type information declares struct pt_regs only, the pointer must not be read. */
	return record_exec_failed(user_regs(), error, PROGRAM_LANE());
}

SEC("kretprobe/execve")
int kretprobe_execve(struct pt_regs *ctx)
{
#if defined(__TARGET_ARCH_x86)
	long error = ctx->ax;
#else
	long error = ctx->regs[0];
#endif

	return record_exec_failed(user_regs(), error, PROGRAM_LANE());
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
