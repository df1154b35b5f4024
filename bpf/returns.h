/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Where a run of the program at the return of an exec is preempted, the kernel skips that of another exec which returns
 * on the same CPU, and counts it, whether that exec failed or not. Most did not, and of those the hook of execs knows: it
 * adds one for each, and the program takes one off for each that it sees. What is left was skipped, and is no loss.
 */
#ifndef EXECTRAIL_RETURNS_H
#define EXECTRAIL_RETURNS_H

#define AT_EXECVE_CHECK 0x10000 /* from 6.14: asks whether a file may be executed */

/* There are programs at the returns. Set while running. */
volatile __u32 returns_watched = 0;

static __always_inline int add_return(__u32 lane, __u64 n)
{
	struct wire_counter *counter = counter_of(WIRE_EXEC_FAILED, lane);

	if (counter)
		__sync_fetch_and_add(&counter->taken_over, n);
	return 0;
}

/*
 * Of execs by the native system calls, from 6.2 on: those by others, such as of the kernel itself, are not told apart
 * when they are skipped, and before that kernels as they are built for servers preempt no program.
 */
static __always_inline void expect_return(__u32 lane)
{
	__u32 nr;

	if (!returns_watched)
		return;
	nr = syscall_number(user_regs());
	if (nr == NR_EXECVE || nr == NR_EXECVEAT)
		add_return(lane, 1);
}

static __always_inline int see_return(enum entry entry)
{
	if (!returns_watched || is_compat(entry))
		return 0;
	if (is_at(entry) && argument(user_regs(), 4, false) & AT_EXECVE_CHECK)
		return 0;
	return add_return(entry, -1);
}

#endif
