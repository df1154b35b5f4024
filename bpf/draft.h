/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * The record of a failed exec while it is made. Its strings are what the caller passed, of any length and
 * perhaps nowhere in memory.
 */
#ifndef EXECTRAIL_DRAFT_H
#define EXECTRAIL_DRAFT_H

/* argv is kept up to here, and by as much as a string reaches beyond it. */
#define FAILED_ARGS (32 << 10)
/* What is read at a time of a file name (PATH_MAX) or a string of argv. */
#define FAILED_PIECE 4096
#define FAILED_NAMES (11 << 10) /* file name, working directory, and names of cgroups */

/*
 * The record is made here, piece by piece, for nobody knows how long argv is before it was
 * read. There is one of 48 KiB for each CPU and lane: no other program writes to it.
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
 * Memory that the caller has not used yet is not there, unless the program may sleep: then both pages that a piece lies
 * in are fetched. In one that must not, user space puts a failure in the place of the calls.
 */
static __always_inline bool fault_in(__u64 address)
{
	bool begins, ends;
	__u8 byte;

	begins = bpf_copy_from_user(&byte, 1, (void *)address) == 0;
	ends = bpf_copy_from_user(&byte, 1, (void *)((address | (page_size - 1)) + 1)) == 0;
	return begins || ends;
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

/* The path of a cgroup, as much of it as is recorded. The root has no name, and is no part of it. */
static __always_inline void take_names(struct draft *d, __u16 *len, struct kernfs_node *node)
{
	__u32 begin = d->record.attempt.head.size;

	for (int i = 0; i <= WIRE_CGROUP_ABOVE; i++) {
		struct kernfs_node *parent = kernfs_parent(node, false);
		long n;

		if (!parent)
			break;
		n = bpf_probe_read_kernel_str(next_piece(d), PIECE_NAME, BPF_CORE_READ(node, name));
		if (n <= 0)
			break;
		d->record.attempt.head.size += n;
		node = parent;
	}
	*len = d->record.attempt.head.size - begin;
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

#endif
