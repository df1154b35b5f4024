/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What those who create processes write down about them, one line each:
 *
 *	PID MARKER FROM UNTIL HOW ARGC BYTES
 *
 * All of the life of process PID, its fork and its exit included, lies between FROM and UNTIL, in
 * nanoseconds of CLOCK_BOOTTIME. HOW says whether it executed the program with ARGC arguments of BYTES
 * bytes, "exec", failed to do so, "failed", or did not try, "none". A FROM or UNTIL of 0 is told by
 * another line: who begins a process need not be who waits for it.
 */
#ifndef LOG_H
#define LOG_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

struct life {
	pid_t pid;
	const char *how;
	unsigned long long from, until;
	size_t argc, bytes;
};

static inline unsigned long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* As the kernel counts: each with the byte that ends it. */
static inline void count_args(struct life *l, char *const *args)
{
	for (l->argc = l->bytes = 0; args[l->argc]; l->argc++)
		l->bytes += strlen(args[l->argc]) + 1;
}

/* Waits for the end of a process, or of any child with PID -1. Its id is given up only after the time was read. */
static inline pid_t wait_for(pid_t pid, unsigned long long *until, int *status)
{
	siginfo_t info;

	if (waitid(pid < 0 ? P_ALL : P_PID, pid < 0 ? 0 : pid, &info, WEXITED | WNOWAIT))
		return -1;
	*until = now();
	return waitpid(info.si_pid, status, 0);
}

/* A line is less than PIPE_BUF and written at once, so those of several processes do not mix. */
static inline int format_life(char *line, size_t size, const struct life *l, const char *marker)
{
	return snprintf(line, size, "%d %s %llu %llu %s %zu %zu\n", l->pid, marker, l->from, l->until, l->how,
			l->argc, l->bytes);
}

#endif
