/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * What is out of the ordinary with a new program and costs next to nothing to note. All of it fits in
 * the flags of the record.
 */
#ifndef EXECTRAIL_SIGNALS_H
#define EXECTRAIL_SIGNALS_H

#define OVERLAYFS_SUPER_MAGIC 0x794c7630 /* include/uapi/linux/magic.h */

/*
 * Whether a file of an overlay file system is in its upper layer. The type of its inode is known to the
 * module alone, but ever since 4.13 struct ovl_inode has the dentry in the upper layer (__upperdentry) right behind
 * the common inode. Global, for then the verifier knows nothing of the result and does not follow the cases apart.
 */
__noinline __u32 upper_layer(__u64 inode, __u64 magic)
{
	__u64 upper = 0;

	if (magic != OVERLAYFS_SUPER_MAGIC)
		return 0;
	bpf_probe_read_kernel(&upper, sizeof(upper), (void *)inode + bpf_core_type_size(struct inode));
	return upper ? WIRE_UPPER_LAYER : 0;
}

/* S_IFMT of a file in four bits; 0 where there is none. */
static __always_inline __u32 file_type(struct file *file, const bool modern)
{
	struct inode *inode = NULL;
	__u16 mode = 0;

	if (modern) {
		if (file)
			mode = ((struct file *)bpf_rdonly_cast(file, bpf_core_type_id_kernel(struct file)))->f_inode->i_mode;
	} else {
		/* These fail for NULL, and leave 0. */
		bpf_core_read(&inode, sizeof(inode), &file->f_inode);
		bpf_core_read(&mode, sizeof(mode), &inode->i_mode);
	}
	return mode >> 12;
}

/* What standard input and output are. The other threads are gone, so the table of descriptors stays as it is. */
static __always_inline __u32 standard_files(const void *descriptors, const bool modern)
{
	struct file *files[2] = {};

	bpf_probe_read_kernel(files, sizeof(files), descriptors);
	return file_type(files[0], modern) << WIRE_STDIN_TYPE | file_type(files[1], modern) << WIRE_STDOUT_TYPE;
}

/* Global, for what verifiers of that time have to go through doubles with this in the middle of all else. */
__noinline __u32 standard_files_before_6_2(__u64 descriptors)
{
	return standard_files((void *)descriptors, false);
}

/*
 * Strings of the new program as they lie on its stack: argv, and the environment right behind it (create_elf_tables()).
 * They are read at once, for each read of user memory takes as long as 100 loads.
 */
#define STRINGS_ROOM 8192
#define STRINGS_WORDS (STRINGS_ROOM / 8)

struct strings {
	__u64 args; /* how much there is, of which argv is the beginning; 0 when it is not */
	union {
		__u64 words[STRINGS_WORDS];
		__u8 text[STRINGS_ROOM];
	};
};

/* One for each CPU and lane: no other program writes to it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* set by user space */
	__type(key, __u32);
	__type(value, struct strings);
} strings SEC(".maps");

static __always_inline struct strings *strings_of(__u32 lane)
{
	__u32 cpu = bpf_get_smp_processor_id(), slot = with_backup ? cpu * WIRE_LANES + lane : cpu;

	return bpf_map_lookup_elem(&strings, &slot);
}

#define LETTERS(a, b, c, d, e, f, g, h)                                                                  \
	((__u64)(a) | (__u64)(b) << 8 | (__u64)(c) << 16 | (__u64)(d) << 24 | (__u64)(e) << 32 |         \
	 (__u64)(f) << 40 | (__u64)(g) << 48 | (__u64)(h) << 56)

/*
 * Whether a variable begins here, and is LD_PRELOAD, LD_AUDIT or LD_LIBRARY_PATH, and has a value: the dynamic linker takes
 * no notice of an empty one.
 */
static __always_inline bool is_loader_variable(__u64 string)
{
	__u64 name[3] = {};
	__u8 before = 1;

	/* In front of the first variable there is the end of argv. */
	if (bpf_probe_read_user(&before, sizeof(before), (void *)(string - 1)) || before)
		return false;
	bpf_probe_read_user_str(name, sizeof(name), (void *)string);
	if (name[0] == LETTERS('L', 'D', '_', 'P', 'R', 'E', 'L', 'O'))
		return (name[1] & 0xffffff) == LETTERS('A', 'D', '=', 0, 0, 0, 0, 0) && name[1] >> 24 & 0xff;
	if (name[0] == LETTERS('L', 'D', '_', 'A', 'U', 'D', 'I', 'T'))
		return (name[1] & 0xff) == '=' && name[1] >> 8 & 0xff;
	if (name[0] == LETTERS('L', 'D', '_', 'L', 'I', 'B', 'R', 'A'))
		return name[1] == LETTERS('R', 'Y', '_', 'P', 'A', 'T', 'H', '=') && name[2] & 0xff;
	return false;
}

/*
 * Looks for the beginning of such a variable in a word, or in front of it, at one of the places from a first to a last one. Global, so that
 * the verifier looks at it once.
 */
__noinline int word_has_loader_variable(__u64 start, __u32 word, __u32 from, __u32 end, __u32 lane)
{
	struct strings *s = strings_of(lane);
	__u32 at = word * 8 - 1;

	if (!s)
		return false;
	for (int i = 0; i < 9; i++, at++) {
		if (at < from || at >= end)
			continue;
		if (s->text[at & (STRINGS_ROOM - 1)] != 'L' || (at && s->text[(at - 1) & (STRINGS_ROOM - 1)]))
			continue;
		if (is_loader_variable(start + at))
			return true;
	}
	return false;
}

#define PAIRS(a, b) (((__u64)(a) | (__u64)(b) << 8) * 0x0001000100010001)

/* Whether one of the four pairs of bytes in a word is that of which pairs has four. */
static __always_inline bool has_pair(__u64 word, __u64 pairs)
{
	__u64 rest = word ^ pairs;

	return (rest - PAIRS(1, 0)) & ~rest & PAIRS(0, 0x80);
}

/*
 * Looks at the strings from a first to a last place in what was read from start on. A name that begins with LD_ has one of these pairs at an
 * even place. Global, so that the loop is verified once, and not for each way to it.
 */
__noinline __u32 find_loader_variable(__u64 start, __u32 from, __u32 end, __u32 lane)
{
	struct strings *s = strings_of(lane);

	if (!s)
		return 0;
	for (__u32 i = from / 8; i * 8 < end; i++) {
		__u64 word;

		barrier_var(i); /* else the compiler keeps a pointer, of which the verifier knows no bounds */
		if (i >= STRINGS_WORDS)
			break;
		word = s->words[i];
		if (!has_pair(word, PAIRS('L', 'D')) && !has_pair(word, PAIRS('D', '_')))
			continue;
		if (word_has_loader_variable(start, i, from, end, lane))
			return WIRE_LOADER_ENV;
	}
	return 0;
}

/* How much of the environment is looked at: so often as much as there is room for. */
#define ENV_TURNS 16

static __always_inline __u32 read_strings(struct strings *s, __u64 start, __u32 len)
{
	__u64 here = len;

	if (here > STRINGS_ROOM)
		here = STRINGS_ROOM;
	barrier_var(here);
	if (here > STRINGS_ROOM || bpf_probe_read_user(s->words, here, (void *)start))
		return 0;
	return here;
}

/* Reads the strings, and leaves those of argv for the record where they are few enough to be part of it. */
__noinline __u32 loader_variables(__u64 start, __u32 args_len, __u32 env_len, __u32 lane)
{
	struct strings *s = strings_of(lane);
	__u32 from = args_len, len = args_len + env_len, here;

	if (!s)
		return 0;
	s->args = 0;
	if (args_len > SLOT_ARGS) {
		start += args_len;
		from = 0;
		len = env_len;
	}
	for (int i = 0; i < ENV_TURNS; i++) {
		here = read_strings(s, start, len);
		s->args = i == 0 && args_len <= SLOT_ARGS ? here : 0;
		if (find_loader_variable(start, from, here, lane))
			return WIRE_LOADER_ENV;
		if (here == len || !here)
			break;
		/* A name may go on behind the end. */
		start += STRINGS_ROOM - 8;
		len -= STRINGS_ROOM - 8;
		from = 0;
	}
	return 0;
}

/* The flags of a new program that are of this file. */
static __always_inline __u32 signals(struct task_struct *task, struct linux_binprm *bprm, __u32 lane, const bool modern)
{
	struct inode *inode = bprm->file->f_inode;
	struct mm_struct *mm = task->mm;
	struct file **descriptors = task->files->fdt->fd;

	return (modern ? standard_files(descriptors, true) : standard_files_before_6_2(address_of(descriptors))) |
	       upper_layer(address_of(inode), inode->i_sb->s_magic) |
	       loader_variables(mm->arg_start, mm->arg_end - mm->arg_start, mm->env_end - mm->env_start, lane);
}

/* When the inode was last changed, ns since 1970. */
static __always_inline __u64 change_time(struct inode *inode)
{
	const __u64 second = 1000000000;
	struct inode___before_6_11 *old = (void *)inode;
	struct inode___before_6_6 *older = (void *)inode;

	if (bpf_core_field_exists(inode->i_ctime_sec))
		return inode->i_ctime_sec * second + (inode->i_ctime_nsec & ~I_CTIME_QUERIED);
	if (bpf_core_field_exists(old->__i_ctime))
		return old->__i_ctime.tv_sec * second + old->__i_ctime.tv_nsec;
	return older->i_ctime.tv_sec * second + older->i_ctime.tv_nsec;
}

#endif
