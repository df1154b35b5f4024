// SPDX-License-Identifier: Apache-2.0
// Does what a shell does with a terminal, which is its standard input: it makes a session that has it, runs PROGRAM as a job in the
// foreground, and writes to descriptor 3 what becomes of that:
//
//	job PID
//	stopped SIGNAL
//	continued
//	ended STATUS    as a shell has it: 128 and the signal that ended it
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int status;
	pid_t pid;

	if (argc < 2)
		errx(2, "usage: jobs PROGRAM [ARG...]");
	if (setsid() < 0 || ioctl(0, TIOCSCTTY, 0))
		err(1, "take the terminal");
	pid = fork();
	if (pid == 0) {
		// Whoever is in the background must not take the foreground unless it ignores this.
		signal(SIGTTOU, SIG_IGN);
		setpgid(0, 0);
		if (tcsetpgrp(0, getpid()))
			err(1, "tcsetpgrp");
		signal(SIGTTOU, SIG_DFL);
		dprintf(3, "job %d\n", getpid());
		execv(argv[1], argv + 1);
		err(127, "%s", argv[1]);
	}
	while (waitpid(pid, &status, WUNTRACED | WCONTINUED) == pid) {
		if (WIFSTOPPED(status)) {
			dprintf(3, "stopped %d\n", WSTOPSIG(status));
		} else if (WIFCONTINUED(status)) {
			dprintf(3, "continued\n");
		} else {
			dprintf(3, "ended %d\n", WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
			return 0;
		}
	}
	err(1, "waitpid");
}
