// SPDX-License-Identifier: Apache-2.0
// Waits for a line on the standard input, or its end, so that whoever started it can look at it before it does anything.
//
//	gate exec PROGRAM ARG...    then a child fails to execute a file, and the process itself executes PROGRAM
//	gate orphan PROGRAM ARG...  then a grandchild loses its parent and executes PROGRAM
//	gate child PROGRAM ARG...   a child executes PROGRAM before that
//
// The last two end when the standard input does.
#define _GNU_SOURCE
#include <err.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char **program;

// Waits for a byte, or for the end.
static void await(char until)
{
	char byte;

	while (read(0, &byte, 1) == 1 && byte != until)
		;
}

static void run(void)
{
	char *none[] = { NULL };

	execve(program[0], program, none);
	_exit(127);
}

// Without a body the child returns, too.
static pid_t create(void (*body)(void))
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid == 0 && body) {
		body();
		_exit(0);
	}
	return pid;
}

static void fail(void)
{
	execl("/no/such/file", "file", (char *)NULL);
}

static void leave_orphan(void)
{
	pid_t parent = getpid();

	if (create(NULL) > 0)
		return;
	while (getppid() == parent)
		usleep(1000);
	run();
}

int main(int argc, char **argv)
{
	if (argc < 3)
		errx(2, "usage: gate exec|orphan|child PROGRAM ARG...");
	program = argv + 2;
	if (!strcmp(argv[1], "child")) {
		create(run);
	} else if (!strcmp(argv[1], "orphan")) {
		await('\n');
		waitpid(create(leave_orphan), NULL, 0);
	} else {
		await('\n');
		waitpid(create(fail), NULL, 0);
		run();
	}
	await(0);
	return 0;
}
