// SPDX-License-Identifier: Apache-2.0
// The child of a vfork execs: until then it runs in the memory of its parent,
// which the kernel has stopped.
#include <err.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	char *args[] = { "vforked", "child", NULL };
	int status;
	pid_t pid;

	if (argc != 2)
		errx(2, "usage: vfork TARGET");
	pid = vfork();
	if (pid == 0) {
		execve(argv[1], args, environ);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		err(1, "vfork");
	return status != 0;
}
