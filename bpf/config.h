/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/* What user space sets before the programs are loaded. */
#ifndef EXECTRAIL_CONFIG_H
#define EXECTRAIL_CONFIG_H

/* Record the environment of each program. */
const volatile bool with_env = false;

/* Look there for variables of the dynamic linker. */
const volatile bool with_loader_env = false;

/* Bytes in a page: the kernel counts memory in pages, and arm64 has three sizes. */
const volatile __u32 page_size = 4096;

/* Bytes of the main ring. */
const volatile __u64 ring_size = 32 << 20;

/* Bytes of the kernel's stack of a task (THREAD_SIZE). */
const volatile __u32 stack_size = 16 << 10;

/* sched_process_exit tells which thread is the last of its process (from 6.16). */
const volatile bool exit_has_group_dead = false;

/* Each hook is attached with a backup (backup.h). */
const volatile bool with_backup = false;

/* Only what all terms hold for is recorded (filter.h). */
const volatile bool with_terms = false;

struct term_range {
	__u32 set, min, max; /* inclusive */
};

/* Those that are zero hold for all. */
struct filter_terms {
	struct term_range uid, gid, pid, ppid;
	__u64 cgroup;           /* id of a directory: in it or below */
	__u64 comm[2];          /* as it stands in a task */
	__u64 comm_mask[2];     /* its bytes that count, the NUL among them */
	__u32 mount_ns, pid_ns; /* their inode numbers */
	__u32 host_only;        /* in the initial pid namespace */
	__u32 under;            /* in the tree (tree.h) */
	__u32 contained;        /* not in a control group of elsewhere (filter.h) */
	__u32 pad;
};

const volatile struct filter_terms terms = {};

/*
 * A number of one program, and not of all: user space, which may load a program
 * more than once, puts it into the instruction.
 */
#define PROGRAM_NUMBER(name)                                    \
	({                                                      \
		__u64 __number;                                 \
		asm volatile("%0 = " name " ll" : "=r"(__number)); \
		__number;                                       \
	})

/* The lane of a program (enum wire_lane). */
#define PROGRAM_LANE() PROGRAM_NUMBER("program_lane")

/* The root directory of the reader, as the task iterator finds it. */
volatile __u64 reader_root_dentry = 0;
volatile __u64 reader_root_mnt = 0;

/* The process whose events are left out; 0 for none. Set while running. */
volatile __u32 self_tgid = 0;

#endif
