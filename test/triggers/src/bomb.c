// SPDX-License-Identifier: Apache-2.0
// A fork bomb of COUNT processes in all. It begins when its standard input ends, so that bounds can be
// set for it before, and forks on when it meets them. The letters of WAYS, in turn, say what a process does:
//
//	x  executes PROGRAM with its number
//	q  quits without
//	f  fails to execute a file that does not exist, and quits
//	r  forks as many as it can, and does not wait for all of them
//	d  is a daemon: in a session of its own, its parent gone
//
// Each process writes a line of log.h about itself to descriptor 3, and who waits for it another one.
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "log.h"

static const char *name, *ways;
static char *program;
static atomic_int *numbers; // shared by all
static int count;
static pid_t first;
static unsigned long long born; // of this process, or before it

static void write_life(const struct life *l, const char *marker)
{
	char line[256];
	int n = format_life(line, sizeof(line), l, marker);

	if (write(3, line, n) != n)
		err(1, "write log");
}

static void begin(const char *how, const char *marker, char **args)
{
	struct life l = { .pid = getpid(), .how = how, .from = born };

	if (args)
		count_args(&l, args);
	write_life(&l, marker);
}

static int reap(void)
{
	struct life l = { .how = "none" };
	int status;

	l.pid = wait_for(-1, &l.until, &status);
	if (l.pid < 0)
		return 0;
	write_life(&l, "-");
	if (status)
		errx(1, "process %d ended with status %#x", l.pid, status);
	return 1;
}

// As fork, with -1 where there was no room for long. Those in the way may wait for room themselves.
static pid_t create(void)
{
	for (int tries = 0; tries < 10; tries++) {
		unsigned long long mine = born;
		pid_t pid;

		born = now();
		pid = fork();
		if (pid == 0)
			return 0;
		born = mine;
		if (pid > 0)
			return pid;
		if (errno != EAGAIN)
			err(1, "fork");
		if (!reap())
			usleep(200);
	}
	return -1;
}

static void run(const char *marker, int missing)
{
	char path[4096], *args[] = { "flood", (char *)marker, NULL }, *none[] = { NULL };

	snprintf(path, sizeof(path), "%s%s", program, missing ? ".missing" : "");
	begin(missing ? "failed" : "exec", marker, args);
	execve(path, args, none);
	if (!missing)
		err(1, "%s", path);
}

static void multiply(void);

static void live(int number)
{
	char marker[64];

	snprintf(marker, sizeof(marker), "%s-%06d", name, number);
	switch (ways[number % strlen(ways)]) {
	case 'x':
		run(marker, 0);
		break;
	case 'f':
		run(marker, 1);
		break;
	case 'r':
		begin("none", marker, NULL);
		multiply();
		break;
	case 'd':
		begin("none", marker, NULL);
		number = atomic_fetch_add(numbers, 1);
		snprintf(marker, sizeof(marker), "%s-%06d", name, number);
		if (create())
			break;
		if (setsid() < 0)
			err(1, "setsid");
		usleep(number % 8 * 500);
		run(marker, 0);
		break;
	default:
		begin("none", marker, NULL);
	}
	_exit(0);
}

// The number is taken before the fork, so that all count on each other.
static void multiply(void)
{
	int number;

	while ((number = atomic_fetch_add(numbers, 1)) < count) {
		pid_t pid;

		// The first process has all the others out of the way in the end.
		do
			pid = create();
		while (pid < 0 && getpid() == first);
		if (pid == 0)
			live(number);
		if (pid < 0)
			return;
	}
}

int main(int argc, char **argv)
{
	char byte;

	if (argc != 5)
		errx(2, "usage: bomb NAME COUNT PROGRAM WAYS");
	name = argv[1];
	count = atoi(argv[2]);
	program = argv[3];
	ways = argv[4];
	first = getpid();
	numbers = mmap(NULL, sizeof(*numbers), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	// Orphans come back to this process, which waits for all that others left.
	if (numbers == MAP_FAILED || prctl(PR_SET_CHILD_SUBREAPER, 1))
		err(1, "prepare");
	while (read(0, &byte, 1) > 0)
		;
	multiply();
	while (reap())
		;
	return 0;
}
