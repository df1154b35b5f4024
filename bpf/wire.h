/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * The records that cross the ring buffer, and the only definition of their
 * layout: the Go types in internal/bpfobj are generated from it.
 *
 * A record is a fixed struct and a tail of bytes. All begin with wire_head,
 * whose size counts the bytes in use; the slot in the ring may be larger.
 * Integers are little endian: amd64 and arm64 only.
 */
#ifndef EXECTRAIL_WIRE_H
#define EXECTRAIL_WIRE_H

/* Kinds up to WIRE_COUNTED are taken by a hook each, and numbered. */
enum wire_kind {
	WIRE_EXEC = 0,
	WIRE_FORK = 1,
	WIRE_EXIT = 2,
	WIRE_EXEC_FAILED = 3,
	WIRE_COUNTED = 4,
	WIRE_CHUNK = 5,    /* part of the strings of an exec */
	WIRE_SNAPSHOT = 6, /* a process found by the task iterator */
	/* Made in user space, so that a recording holds all that output depends on. */
	WIRE_CLOCK = 7,
	WIRE_NAME = 8,
	WIRE_TALLY = 9,
	WIRE_CAUSE = 10,
	WIRE_SKELETON = 11, /* of an exec or a failed exec, numbered as these are */
	WIRE_FILLED = 12,   /* made in user space, too */
	WIRE_SEEN = 13,     /* likewise */
	WIRE_SKIPPED = 14,
	WIRE_CONTAINER = 15, /* made in user space, too */
	WIRE_OWNER = 16,     /* the same */
};

/*
 * Programs that write records of one kind, each in a lane of its own: one can
 * be preempted by another on the same CPU, so each counts and numbers for itself.
 */
enum wire_lane {
	WIRE_LANES = 4,
};

struct wire_head {
	__u8 kind;
	__u8 lane;
	__u16 cpu;
	__u32 size; /* of the whole record in bytes */
	__u64 seq;  /* counts the runs of this hook in this lane on this CPU from 1, before space is reserved, without those filtered */
	__u64 time; /* CLOCK_BOOTTIME, ns */
};

/* A process, by what stays the same (pid, start) and what changes with each exec. */
struct wire_id {
	__u64 start;   /* start_boottime of the first thread, ns */
	__u64 exec_id; /* self_exec_id: execs in the line of descent */
	__u32 pid;     /* tgid in the initial pid namespace */
	__u32 tid;
};

struct wire_cred {
	__u32 uid, euid, suid;
	__u32 gid, egid, sgid;
	__u32 login_uid;
	__u32 audit_session;
	__u64 cap_effective;
	__u64 cap_permitted;
};

struct wire_namespaces {
	__u32 pid, mnt, user, net, cgroup;
	__u32 ns_pid; /* tgid in the innermost pid namespace */
};

struct wire_file {
	__u64 inode;
	__u32 device; /* major << 20 | minor, the kernel's own dev_t */
	__u32 links;
};

#define WIRE_COMM_LEN 16
#define WIRE_TTY_LEN 16

enum wire_attempt_flag {
	WIRE_CWD_CUT = 1 << 0,
	WIRE_CWD_DELETED = 1 << 1,
	WIRE_TEXT_CUT = 1 << 2, /* a text grew after it was measured, and is left out (a path: in part) */
	/* Left out for want of room: argv or its middle, the same of the environment, and all texts. */
	WIRE_LESS_ARGS = 1 << 3,
	WIRE_LESS_ENV = 1 << 4,
	WIRE_NO_TEXTS = 1 << 5,

	/* Of an exec. */
	WIRE_PRIVILEGES_RAISED = 1 << 8,
	WIRE_FILE_DELETED = 1 << 9,
	WIRE_FILE_PSEUDO = 1 << 10, /* a file outside of any tree, such as a memfd */
	WIRE_EXE_CUT = 1 << 11,
	WIRE_WITH_ENV = 1 << 12, /* the environment was asked for */
	WIRE_UPPER_LAYER = 1 << 13, /* the file is in the upper layer of an overlay file system */
	WIRE_LOADER_ENV = 1 << 14,  /* a variable tells the dynamic linker to load other libraries */

	/* Of a failed exec. */
	WIRE_COMPAT = 1 << 16,            /* a 32-bit system call */
	WIRE_ARGS_UNREADABLE = 1 << 17,   /* argv was read to where its memory could not be */
	WIRE_ARGS_UNMEASURED = 1 << 18,   /* argv goes on beyond what was measured */
	WIRE_FILENAME_UNREADABLE = 1 << 19,
	WIRE_SHARES_ROOT = 1 << 20, /* the root directory of the caller is that of the reader */
};

/* Where the flags of an exec have the type of a file in four bits: S_IFMT of stat(2) >> 12, 0 for none. */
enum wire_file_type {
	WIRE_STDIN_TYPE = 24,
	WIRE_STDOUT_TYPE = 28,
};

#define WIRE_CGROUP_ABOVE 6

/* The process that an exec is about, as it was at this moment, and the strings of the call. */
struct wire_attempt {
	struct wire_head head;
	struct wire_id self;
	struct wire_id parent; /* at this moment: perhaps the reaper of orphans */
	struct wire_cred cred;
	struct wire_namespaces ns;
	__u64 cgroup_id;
	__u32 sid, pgid;
	__u32 flags; /* wire_attempt_flag */
	__u32 argc;
	__u32 args_len;  /* of argv, as far as it was measured */
	__u32 args_here; /* in this record; 0 if they came in chunks */
	__u16 filename_len;
	__u16 cwd_len;
	__u16 cgroup_len;
	__u16 cgroup_parent_len;
	__u8 comm[WIRE_COMM_LEN];
	__u8 tty[WIRE_TTY_LEN]; /* below /dev; empty without a controlling terminal */
};

/*
 * Tail: args_here bytes of argv, then texts, in this order: file name,
 * interpreter, executable, working directory, cgroup, path of the cgroup's parent. A path is its
 * components from the last to the first, each ended by a NUL; the other texts have no NUL. Of the
 * parent's path there are at most 1 + WIRE_CGROUP_ABOVE components, and none for the root.
 */
struct wire_exec {
	struct wire_attempt attempt;
	struct wire_file file;
	__u32 old_tid; /* of the thread that called exec */
	__u32 envc;
	__u32 env_len;
	__u16 interp_len;
	__u16 exe_len;
	__u8 old_comm[WIRE_COMM_LEN];
	__u64 file_changed; /* ctime of the file, ns since 1970 */
};

/*
 * An exec that returned an error. Its strings are what the caller passed.
 * Tail: file name, working directory, cgroup, path of the cgroup's parent, args_here bytes of argv.
 */
struct wire_exec_failed {
	struct wire_attempt attempt;
	__u32 error;  /* errno */
	__s32 dirfd;  /* AT_FDCWD for execve */
	__u32 at;     /* execveat was called: it has a descriptor and flags */
	__u32 at_flags;
};

/* What is kept of an exec, or of a failed one, when there is room for no more. */
struct wire_skeleton {
	struct wire_head head;
	struct wire_id self;
	struct wire_id parent;
	struct wire_file file; /* that was executed; zero for a failed exec */
	__u32 uid, gid;
	__u32 argc;
	__u32 args_len;
	__u32 envc;
	__u16 error; /* errno of a failed exec; 0 for one that succeeded */
	__u16 flags; /* wire_attempt_flag >> WIRE_SKELETON_FLAGS */
	__u8 comm[WIRE_COMM_LEN];
};

#define WIRE_SKELETON_FLAGS 8

/*
 * Strings that do not fit in the exec record are sent before it, with its
 * sequence number, on the same CPU. What does not arrive is missing: the end, or
 * what is between the beginning and an end whose offset says so.
 */
struct wire_chunk {
	struct wire_head head;
	__u32 of_env; /* 0: argv, 1: environment */
	__u32 offset; /* in the whole */
};

enum wire_task_flag {
	WIRE_KERNEL_THREAD = 1 << 0,
	WIRE_ZOMBIE = 1 << 1, /* has exited, and is there until its parent waits for it */
	WIRE_READER = 1 << 2, /* the process that reads the iterator */
	/* Of a fork: the terms do not hold for the child. It is recorded all the same, for it may be an ancestor. */
	WIRE_CONTEXT = 1 << 3,
};

struct wire_fork {
	struct wire_head head;
	struct wire_id self;
	struct wire_id parent;
	__u32 ns_pid;
	__u32 flags; /* wire_task_flag */
	__u32 uid, gid;
	__u8 comm[WIRE_COMM_LEN];
};

/* What all threads of a process used. */
struct wire_usage {
	__u64 user_ns;  /* by the scheduler's ticks */
	__u64 system_ns;
	__u64 run_ns;   /* by the scheduler's clock, both together */
	__u64 max_rss;  /* bytes */
	__u64 minor_faults, major_faults;
	__u64 read_bytes, write_bytes;
	__u64 voluntary_switches, involuntary_switches;
};

struct wire_exit {
	struct wire_head head;
	struct wire_id self;
	__u32 parent_pid;
	__u32 code; /* as wait(2) gives it */
	struct wire_usage usage;
};

/* Tail: argv, path of the executable, working directory, and for the rest path of the cgroup (read from /proc in user space). */
struct wire_snapshot {
	struct wire_head head; /* time: when the iterator came by */
	struct wire_id self;
	struct wire_id parent;
	__u32 ns_pid;
	__u32 flags; /* wire_task_flag */
	__u32 uid, gid;
	__u8 comm[WIRE_COMM_LEN];
	__u32 args_len;
	__u16 exe_len;
	__u16 cwd_len;
};

/* The wall clock: realtime = CLOCK_BOOTTIME + offset_ns. */
struct wire_clock {
	struct wire_head head;
	__s64 offset_ns;
};

/* Tail: the name of a user or group. */
struct wire_name {
	struct wire_head head;
	__u32 id;
	__u32 of_group; /* 0: user, 1: group */
};

/* Whom an id means where processes have a root directory of their own. Tail: the name of a user or group. */
struct wire_owner {
	struct wire_head head;
	__u32 mount_ns, user_ns; /* of the processes */
	__u32 id; /* in the initial user namespace */
	__u32 what; /* wire_owner_what */
};

enum wire_owner_what {
	WIRE_OWNER_USER = 0,
	WIRE_OWNER_GROUP = 1,
	WIRE_OWNER_OTHERS = 2,  /* names there are not those of the machine: id means nothing */
	WIRE_OWNER_MACHINE = 3, /* they are: likewise */
};

/*
 * What the state of its runtime tells of a container. Tail: strings, each ended by a NUL: the path of its cgroup if nothing else
 * tells that it is a container, id, runtime, name, image, tag, name of the pod, its namespace, its uid; then a name and a value for each label.
 */
struct wire_container {
	struct wire_head head;
};

/*
 * Why the exec failed whose record comes next, with this stream and number. Tail: what
 * of, such as the interpreter that is missing.
 */
struct wire_cause {
	struct wire_head head;
	__u32 cause; /* event.FailureCause */
	__u32 detail_len;
};

/*
 * What /proc told later of the process whose exec comes next, with this stream and number, and
 * from which it was left out. Tail: argv, path of the executable, working directory.
 */
struct wire_filled {
	struct wire_head head;
	__u32 args_len;
	__u16 exe_len;
	__u16 cwd_len;
};

/* A file that was seen before this session. */
struct wire_seen {
	struct wire_head head;
	struct wire_file file; /* without links */
	__u64 changed;
};

/*
 * In a recording: the file could not be written fast enough, and records are missing before this one. head.time
 * is when there was room again.
 */
struct wire_skipped {
	struct wire_head head;
	__u64 since; /* CLOCK_BOOTTIME of the first of them, ns */
	__u64 records;
};

/* What the kernel counts for a lane of a hook on a CPU. */
struct wire_counter {
	__u64 seen;        /* runs of the hook, without those filtered: the last sequence number given out */
	__u64 taken_over;  /* runs that were skipped in the lanes before, and made up for in this one; of failed execs, see returns.h */
	__u64 lost;        /* for want of room in the ring */
	__u64 chunks_lost; /* the same for wire_chunk: their event is there, and tells what it lacks */
	__u64 short_reads; /* failed reads of a program's memory */
	__u64 last;        /* CLOCK_BOOTTIME of the last run, ns */
	__u64 filtered;    /* runs that the terms do not hold for: not in seen */
	__u64 untracked;   /* of a fork: processes that could not be put into the tree */
};

enum wire_tally_when {
	WIRE_NOW = 0,
	WIRE_FINAL = 1,   /* nothing more will come */
	WIRE_BEGIN = 2,   /* of a takeover: what an earlier reader accounted for. head.seq: the number of its last event */
	WIRE_RESTART = 3, /* of a takeover: up to where an earlier reader read, and could not deliver */
};

/*
 * The counters of a hook in lane head.lane on CPU head.cpu, once all records before
 * were read; missed is of all lanes and CPUs together.
 */
struct wire_tally {
	struct wire_head head;
	struct wire_counter counter;
	__u32 hook;
	__u32 when; /* wire_tally_when */
	__u64 missed; /* runs that the kernel skipped (recursion_misses) */
};

_Static_assert(sizeof(struct wire_head) == 24, "wire_head");
_Static_assert(sizeof(struct wire_attempt) == 216, "wire_attempt");
_Static_assert(sizeof(struct wire_exec) == 272, "wire_exec");
_Static_assert(sizeof(struct wire_exec_failed) == 232, "wire_exec_failed");
_Static_assert(sizeof(struct wire_skeleton) == 128, "wire_skeleton");
_Static_assert(sizeof(struct wire_chunk) == 32, "wire_chunk");
_Static_assert(sizeof(struct wire_fork) == 104, "wire_fork");
_Static_assert(sizeof(struct wire_exit) == 136, "wire_exit");
_Static_assert(sizeof(struct wire_snapshot) == 112, "wire_snapshot");
_Static_assert(sizeof(struct wire_clock) == 32, "wire_clock");
_Static_assert(sizeof(struct wire_name) == 32, "wire_name");
_Static_assert(sizeof(struct wire_cause) == 32, "wire_cause");
_Static_assert(sizeof(struct wire_filled) == 32, "wire_filled");
_Static_assert(sizeof(struct wire_seen) == 48, "wire_seen");
_Static_assert(sizeof(struct wire_skipped) == 40, "wire_skipped");
_Static_assert(sizeof(struct wire_tally) == 104, "wire_tally");
_Static_assert(sizeof(struct wire_owner) == 40, "wire_owner");
_Static_assert(sizeof(struct wire_container) == 24, "wire_container");

/* Anything that crosses the ring: makes the types above known to bpf2go. */
union wire_record {
	struct wire_head head;
	struct wire_exec exec;
	struct wire_exec_failed exec_failed;
	struct wire_skeleton skeleton;
	struct wire_chunk chunk;
	struct wire_fork fork;
	struct wire_exit exit;
	struct wire_snapshot snapshot;
	struct wire_clock clock;
	struct wire_name name;
	struct wire_tally tally;
	struct wire_cause cause;
	struct wire_filled filled;
	struct wire_seen seen;
	struct wire_skipped skipped;
	struct wire_owner owner;
	struct wire_container container;
	enum wire_kind kind;
	enum wire_lane lane;
	enum wire_attempt_flag attempt_flag;
	enum wire_file_type file_type;
	enum wire_task_flag task_flag;
	enum wire_tally_when tally_when;
	enum wire_owner_what owner_what;
};

#endif
