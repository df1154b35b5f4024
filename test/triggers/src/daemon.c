// SPDX-License-Identifier: Apache-2.0
// Leaves a daemon behind: in a session of its own, the process that created it gone. Each of the three writes a line to descriptor 3,
//
//	ROLE PID CREATOR
//
// with the role command, middle or daemon. The command ends when the daemon is one, has executed this file again, and lost
// its parent. The daemon goes on when descriptor 4 comes to its end, and executes PROGRAM then.
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void tell(const char *role, pid_t creator)
{
	dprintf(3, "%s %d %d\n", role, getpid(), creator);
}

static void await_end(int fd)
{
	char byte;

	while (read(fd, &byte, 1) > 0)
		;
}

static void become_daemon(char **argv, int open)
{
	pid_t middle = getpid();
	pid_t pid = fork();

	if (pid)
		_exit(pid < 0);
	while (getppid() == middle)
		usleep(1000);
	tell("daemon", middle);
	argv[0] = "daemon again";
	// Whoever waits for the end of the pipe, which the exec closes, knows then that it was done.
	if (fcntl(open, F_SETFD, FD_CLOEXEC))
		err(1, "fcntl");
	execve("/proc/self/exe", argv, environ);
	err(1, "execve");
}

int main(int argc, char **argv)
{
	int ends[2], status;
	pid_t pid;

	if (argc < 2)
		errx(2, "usage: daemon PROGRAM [ARG...]");
	if (!strcmp(argv[0], "daemon again")) {
		await_end(4);
		execve(argv[1], argv + 1, environ);
		err(1, "%s", argv[1]);
	}
	tell("command", getppid());
	if (pipe(ends))
		err(1, "pipe");
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		if (setsid() < 0)
			err(1, "setsid");
		tell("middle", getppid());
		become_daemon(argv, ends[1]);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		err(1, "fork");
	close(ends[1]);
	await_end(ends[0]);
	return 0;
}
