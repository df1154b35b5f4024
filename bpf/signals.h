/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * What is out of the ordinary with a new program and costs next to nothing to note. All of it fits in
 * the flags of the record.
 */
#ifndef EXECTRAIL_SIGNALS_H
#define EXECTRAIL_SIGNALS_H

#define MINORBITS 20 /* include/linux/kdev_t.h */
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

/* How many variables of the environment are looked at, and how much is read at once of the strings. */
#define ENV_NAMES 512
#define STRINGS_ROOM 8192

/*
 * Strings of the new program as they lie on its stack, argv and right behind it the environment, and the pointers to the variables.
 * What can be read at once is: a read of user memory takes as long as 100 loads.
 */
struct strings {
	__u64 args; /* how much there is of text, of which argv is the beginning; 0 when it is not */
	union {
		__u64 pointers[ENV_NAMES];
		__u32 compat_pointers[ENV_NAMES];
	};
	__u8 text[STRINGS_ROOM];
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
 * Whether a variable is LD_PRELOAD, LD_AUDIT or LD_LIBRARY_PATH, and has a value: the dynamic linker takes no notice of an
 * empty one. Global, so that the verifier looks at it once, and not for each variable.
 */
__noinline int is_loader_variable(__u64 string)
{
	__u64 name[3] = {};

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
 * Looks at the names of variables, of which the pointers were read, each of so many bytes, and the text that begins at start. Global, so
 * that the loop is verified once, and not for each way to it.
 */
__noinline __u32 find_loader_variable(__u64 start, __u32 count, __u32 width, __u32 lane)
{
	struct strings *s = strings_of(lane);
	__u32 shift = 64 - 8 * width;

	if (!s)
		return 0;
	for (__u32 i = 0; i < ENV_NAMES && i < count; i++) {
		__u64 string = *(__u64 *)((void *)s->pointers + (i * width & (sizeof(s->pointers) - 1))), at;

		string = string << shift >> shift;
		at = string - start;
		barrier_var(at);
		if (at <= STRINGS_ROOM - 4 && (*(__u32 *)(s->text + at) & 0xffffff) != ('L' | 'D' << 8 | '_' << 16))
			continue;
		if (is_loader_variable(string))
			return WIRE_LOADER_ENV;
	}
	return 0;
}

/*
 * Reads the pointers to the first variables. The kernel has put the array of them on the new stack, behind argc and argv
 * (create_elf_tables()), with 4 bytes each for a program of 32 bits: the first one tells which, as it points to the beginning of the
 * environment. Returns how many bytes each has, and 0 for none. counts: argc << 32 | envc
 */
__noinline __u32 read_env_pointers(__u64 stack, __u64 counts, __u64 env, __u32 lane)
{
	struct strings *s = strings_of(lane);
	__u64 before = (counts >> 32) + 2, size;
	__u32 count = counts;

	if (!s || !count)
		return 0;
	if (count > ENV_NAMES)
		count = ENV_NAMES;
	for (__u32 width = 8; width >= 4; width /= 2) {
		size = width * count;
		barrier_var(size);
		if (size > sizeof(s->pointers))
			return 0;
		if (bpf_probe_read_user(s->pointers, size, (void *)(stack + width * before)) == 0 &&
		    (width == 8 ? s->pointers[0] : s->compat_pointers[0]) == env)
			return width;
	}
	return 0;
}

/*
 * Reads argv, if it is short enough to be part of the record, and as much of the environment as there is room for. Returns where that
 * begins, and 0, where no string is, if it cannot be read.
 */
__noinline __u64 read_strings(__u64 start, __u32 args_len, __u32 env_len, __u32 lane)
{
	struct strings *s = strings_of(lane);
	__u64 len = args_len + env_len;

	if (!s)
		return 0;
	s->args = 0;
	if (args_len > SLOT_ARGS) {
		start += args_len;
		len = env_len;
	}
	if (len > STRINGS_ROOM)
		len = STRINGS_ROOM;
	barrier_var(len);
	if (len > STRINGS_ROOM || bpf_probe_read_user(s->text, len, (void *)start))
		return 0;
	if (args_len <= SLOT_ARGS)
		s->args = len;
	return start;
}

static __always_inline __u32 loader_variables(struct mm_struct *mm, struct linux_binprm *bprm, __u32 lane)
{
	__u64 text;
	__u32 width;

	if (!with_loader_env)
		return 0;
	text = read_strings(mm->arg_start, mm->arg_end - mm->arg_start, mm->env_end - mm->env_start, lane);
	width = read_env_pointers(mm->start_stack, (__u64)bprm->argc << 32 | (__u32)bprm->envc, mm->env_start, lane);
	return width ? find_loader_variable(text, bprm->envc, width, lane) : 0;
}

/* The flags of a new program that are of this file. */
static __always_inline __u32 signals(struct task_struct *task, struct linux_binprm *bprm, __u32 lane, const bool modern)
{
	struct inode *inode = bprm->file->f_inode;
	struct file **descriptors = task->files->fdt->fd;

	return (modern ? standard_files(descriptors, true) : standard_files_before_6_2(address_of(descriptors))) |
	       /* An overlay has a device of no driver. To look at the magic number takes a cache line more. */
	       (inode->i_sb->s_dev >> MINORBITS ? 0 : upper_layer(address_of(inode), inode->i_sb->s_magic)) |
	       loader_variables(task->mm, bprm, lane);
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
