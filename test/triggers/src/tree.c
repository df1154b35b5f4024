// SPDX-License-Identifier: Apache-2.0
// Grows a tree of processes, each of which writes a line to descriptor 3 about itself:
//
//	PID CREATOR exec|none
//
// SHAPE is one of
//
//	deep N     each creates the next one, and waits for it
//	wide N     one creates all
//	orphans N  each creates the next one and is gone before that does anything, the first one included
//
// and the last one, or each but the first where the tree is wide, executes PROGRAM. The first one is not one of the N. It takes
// any number of shapes, one after the other: that of orphans must be the last one.
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// So many children live at a time.
#define TOGETHER 100

static char *program;

static void tell(pid_t creator, const char *how)
{
	char line[64];
	int n = snprintf(line, sizeof(line), "%d %d %s\n", getpid(), creator, how);

	if (write(3, line, n) != n)
		err(1, "write log");
}

static void run(pid_t creator)
{
	char *args[] = { "leaf", NULL }, *none[] = { NULL };

	tell(creator, "exec");
	execve(program, args, none);
	err(1, "%s", program);
}

static pid_t create(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	return pid;
}

static void reap(void)
{
	int status;

	if (wait(&status) < 0 || status)
		errx(1, "a child ended with status %#x", status);
}

static void deep(int n)
{
	pid_t creator = getpid();

	if (n == 0)
		return;
	if (create()) {
		reap();
		return;
	}
	if (n == 1)
		run(creator);
	tell(creator, "none");
	deep(n - 1);
	_exit(0);
}

static void wide(int n)
{
	pid_t creator = getpid();
	int living = 0;

	for (; n > 0; n--) {
		if (create() == 0)
			run(creator);
		if (++living == TOGETHER) {
			reap();
			living--;
		}
	}
	for (; living > 0; living--)
		reap();
}

static void orphans(int n)
{
	for (; n > 0; n--) {
		pid_t creator = getpid();

		if (create())
			_exit(0);
		while (getppid() == creator)
			usleep(500);
		if (n == 1)
			run(creator);
		tell(creator, "none");
	}
}

int main(int argc, char **argv)
{
	if (argc < 4 || argc % 2)
		errx(2, "usage: tree PROGRAM SHAPE N...");
	program = argv[1];
	tell(getppid(), "exec");
	for (int i = 2; i < argc; i += 2) {
		int n = atoi(argv[i + 1]);

		if (!strcmp(argv[i], "deep"))
			deep(n);
		else if (!strcmp(argv[i], "wide"))
			wide(n);
		else if (!strcmp(argv[i], "orphans"))
			orphans(n);
		else
			errx(2, "%s is no shape", argv[i]);
	}
	return 0;
}
