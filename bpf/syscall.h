/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/* execve and execveat on each architecture: their numbers and registers. */
#ifndef EXECTRAIL_SYSCALL_H
#define EXECTRAIL_SYSCALL_H

#if defined(__TARGET_ARCH_x86)

/* arch/x86/entry/syscalls/syscall_64.tbl, syscall_32.tbl */
#define NR_EXECVE 59
#define NR_EXECVEAT 322
#define NR_COMPAT_EXECVE 11
#define NR_COMPAT_EXECVEAT 358

#define TS_COMPAT 0x0002 /* arch/x86/include/asm/thread_info.h */

#elif defined(__TARGET_ARCH_arm64)

/* include/uapi/asm-generic/unistd.h, arch/arm64/tools/syscall_32.tbl */
#define NR_EXECVE 221
#define NR_EXECVEAT 281
#define NR_COMPAT_EXECVE 11
#define NR_COMPAT_EXECVEAT 387

#define TIF_32BIT (1UL << 22) /* arch/arm64/include/asm/thread_info.h */

#else
#error "this architecture is not supported"
#endif

/* The ways into an exec: where a program is attached to each, they are its lanes. */
enum entry {
	ENTRY_EXECVE,
	ENTRY_EXECVEAT,
	ENTRY_COMPAT_EXECVE,
	ENTRY_COMPAT_EXECVEAT,
	ENTRY_NONE,
};

static __always_inline bool is_at(enum entry entry)
{
	return entry == ENTRY_EXECVEAT || entry == ENTRY_COMPAT_EXECVEAT;
}

static __always_inline bool is_compat(enum entry entry)
{
	return entry == ENTRY_COMPAT_EXECVE || entry == ENTRY_COMPAT_EXECVEAT;
}

#define REGISTER(regs, name) BPF_CORE_READ((struct pt_regs *)(regs), name)

/* The n-th argument of the system call. Registers keep them until the process is back in user space. */
static __always_inline __u64 argument(__u64 regs, int n, bool compat)
{
#if defined(__TARGET_ARCH_x86)
	switch (n) {
	case 0:
		return compat ? (__u32)REGISTER(regs, bx) : REGISTER(regs, di);
	case 1:
		return compat ? (__u32)REGISTER(regs, cx) : REGISTER(regs, si);
	case 2:
		return compat ? (__u32)REGISTER(regs, dx) : REGISTER(regs, dx);
	default: /* 4 */
		return compat ? (__u32)REGISTER(regs, di) : REGISTER(regs, r8);
	}
#else
	__u64 value = n == 0 ? REGISTER(regs, orig_x0) : BPF_CORE_READ((struct pt_regs *)regs, regs[n]);

	return compat ? (__u32)value : value;
#endif
}

static __always_inline bool in_compat_syscall(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();
#if defined(__TARGET_ARCH_x86)
	return BPF_CORE_READ(task, thread_info.status) & TS_COMPAT;
#else
	return BPF_CORE_READ(task, thread_info.flags) & TIF_32BIT;
#endif
}

static __always_inline __u32 syscall_number(__u64 regs)
{
#if defined(__TARGET_ARCH_x86)
	return REGISTER(regs, orig_ax);
#else
	return BPF_CORE_READ((struct pt_regs *)regs, syscallno);
#endif
}

/* The entry that a system call came by, by its number: nearly all others are told apart by that alone. */
static __always_inline enum entry entry_of(struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
	__u32 nr = regs->orig_ax;
#else
	__u32 nr = regs->syscallno;
#endif

	if (nr == NR_EXECVE || nr == NR_EXECVEAT) {
		if (!in_compat_syscall())
			return nr == NR_EXECVE ? ENTRY_EXECVE : ENTRY_EXECVEAT;
	} else if (nr == NR_COMPAT_EXECVE || nr == NR_COMPAT_EXECVEAT) {
		if (in_compat_syscall())
			return nr == NR_COMPAT_EXECVE ? ENTRY_COMPAT_EXECVE : ENTRY_COMPAT_EXECVEAT;
	}
	return ENTRY_NONE;
}

#endif
