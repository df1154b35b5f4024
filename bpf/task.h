/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
#ifndef EXECTRAIL_TASK_H
#define EXECTRAIL_TASK_H

/* From 6.2. Gives an address a type, so that its fields are plain loads. */
extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym __weak;

/* Makes the compiler ask at run time: it would take a function to exist. */
#define have_rdonly_cast() (bpf_rdonly_cast != NULL)

/*
 * The task as a pointer that may be followed without a check at each step: a
 * load through NULL or a stale pointer gives 0. Kernels before the cast treat
 * all pointers so, later ones only those that are not trusted.
 */
static __always_inline struct task_struct *plain_task(struct task_struct *task)
{
	if (have_rdonly_cast())
		return bpf_rdonly_cast(task, bpf_core_type_id_kernel(struct task_struct));
	return task;
}

/* The registers that the current system call was made with: they lie at the top of the stack of the task. */
static __always_inline __u64 user_regs(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
		return bpf_task_pt_regs(bpf_get_current_task_btf());
	return (__u64)BPF_CORE_READ(task, stack) + stack_size - bpf_core_type_size(struct pt_regs);
}

/*
 * A field at the end of a chain of pointers. Where the first of them has a type
 * each step is a plain load, else a call of a helper.
 */
#define FOLLOW(typed, first, ...) ((typed) ? ___arrow(first, __VA_ARGS__) : BPF_CORE_READ(first, __VA_ARGS__))

/* The process of a task: its start is that of its first thread, whichever thread the task is. */
static __always_inline void fill_id_of(struct wire_id *dst, struct task_struct *task, const bool typed)
{
	dst->pid = FOLLOW(typed, task, tgid);
	dst->tid = FOLLOW(typed, task, pid);
	dst->exec_id = FOLLOW(typed, task, self_exec_id);
	dst->start = FOLLOW(typed, task, group_leader, start_boottime);
}

static __always_inline void fill_id(struct wire_id *dst, struct task_struct *task)
{
	fill_id_of(dst, task, true);
}

/* The id of the process of a task in its innermost pid namespace, and the number of that namespace. */
static __always_inline __u32 ns_pid(struct task_struct *task, __u32 *pid_ns, const bool typed)
{
	struct pid *pid = FOLLOW(typed, task, group_leader, thread_pid);
	__u32 level = FOLLOW(typed, pid, level);
	struct upid *upid;
	__u32 nr;

	if (typed && level == 0) {
		*pid_ns = pid->numbers[0].ns->ns.inum;
		nr = pid->numbers[0].nr;
		barrier_var(nr); /* one load must not serve a typed pointer and the stack */
		return nr;
	}
	upid = &pid->numbers[level];
	*pid_ns = BPF_CORE_READ(upid, ns, ns.inum);
	return BPF_CORE_READ(upid, nr);
}

static __always_inline void fill_namespaces(struct wire_namespaces *dst, struct task_struct *task, const bool typed)
{
	struct nsproxy *nsproxy = FOLLOW(typed, task, nsproxy);

	dst->ns_pid = ns_pid(task, &dst->pid, typed);
	dst->mnt = FOLLOW(typed, nsproxy, mnt_ns, ns.inum);
	dst->net = FOLLOW(typed, nsproxy, net_ns, ns.inum);
	dst->cgroup = FOLLOW(typed, nsproxy, cgroup_ns, ns.inum);
	dst->user = FOLLOW(typed, task, cred, user_ns, ns.inum);
}

static __always_inline __u32 group_pid(struct task_struct *task, int type, const bool typed)
{
	return FOLLOW(typed, task, signal, pids[type], numbers[0].nr);
}

static __always_inline __u32 task_flags(struct task_struct *task)
{
	return (task->flags & PF_KTHREAD ? WIRE_KERNEL_THREAD : 0) | (task->exit_state ? WIRE_ZOMBIE : 0);
}

/*
 * A pointer as a number, as a global function takes it. Newer verifiers know
 * that it points to memory; what they know ends at the first negation.
 */
static __always_inline __u64 address_of(const void *pointer)
{
	__u64 address = (__u64)pointer;

	asm volatile("%0 = -%0" : "+r"(address));
	asm volatile("%0 = -%0" : "+r"(address));
	return address;
}

/* Copies a name of 16 bytes, in two loads where a copy of chars would take sixteen. */
static __always_inline void copy_name(__u8 *dst, const void *src)
{
	_Static_assert(WIRE_COMM_LEN == 16 && WIRE_TTY_LEN == 16, "length of names");
	((__u64 *)dst)[0] = ((const __u64 *)src)[0];
	((__u64 *)dst)[1] = ((const __u64 *)src)[1];
}

/* The same for a source without a type. */
static __always_inline void read_name(__u8 *dst, const void *src)
{
	bpf_probe_read_kernel(dst, WIRE_COMM_LEN, src);
}

static __always_inline void clear_name(__u8 *dst)
{
	((__u64 *)dst)[0] = ((__u64 *)dst)[1] = 0;
}

#endif
