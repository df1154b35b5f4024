// SPDX-License-Identifier: Apache-2.0
// A storm of short processes until the standard input ends: some exec PROGRAM,
// some have children, some leave theirs behind as orphans. Whoever creates a process
// writes "PID START CREATOR" to descriptor 3, with START in clock ticks as in
// /proc/PID/stat. Nobody waited for the process yet, so its id cannot mean another one.
#define _GNU_SOURCE
#include <err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static char *program;

static unsigned long long start_of(pid_t pid)
{
	char path[32], line[512], *p;
	unsigned long long start;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "r");
	if (!f || !fgets(line, sizeof(line), f))
		err(1, "read %s", path);
	fclose(f);
	p = strrchr(line, ')');
	if (!p || sscanf(p + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
			 &start) != 1)
		errx(1, "parse %s", path);
	return start;
}

static void work_and_exit(void)
{
	char *args[] = { "storm", NULL }, *none[] = { NULL };

	execve(program, args, none);
	_exit(127);
}

// Returns in the parent only. The child runs body, which must not return.
static pid_t create(void (*body)(void))
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid == 0) {
		body();
		_exit(0);
	}
	if (dprintf(3, "%d %llu %d\n", pid, start_of(pid), getpid()) < 0)
		err(1, "write log");
	return pid;
}

static void just_exit(void)
{
	_exit(0);
}

static void have_children(void)
{
	create(work_and_exit);
	create(just_exit);
	while (wait(NULL) > 0)
		;
	work_and_exit();
}

static void late_exec(void)
{
	usleep(2000);
	work_and_exit();
}

static void leave_orphan(void)
{
	create(late_exec);
	_exit(0);
}

int main(int argc, char **argv)
{
	void (*bodies[])(void) = { work_and_exit, have_children, leave_orphan, just_exit };
	struct pollfd input = { .fd = 0, .events = POLLIN };

	if (argc != 2)
		errx(2, "usage: storm PROGRAM");
	program = argv[1];
	// Orphans come back to this process: it can tell when all are gone.
	if (prctl(PR_SET_CHILD_SUBREAPER, 1))
		err(1, "prctl");
	for (int i = 0; poll(&input, 1, 0) == 0; i++) {
		create(bodies[i % 4]);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		if (i % 8 == 7)
			wait(NULL);
	}
	while (wait(NULL) > 0)
		;
	return 0;
}
