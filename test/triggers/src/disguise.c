// SPDX-License-Identifier: Apache-2.0
// argv[0] names another program than the one that runs.
#include <err.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	char *args[] = { "/usr/sbin/sshd", "-D", NULL };

	if (argc != 2)
		errx(2, "usage: disguise TARGET");
	execve(argv[1], args, environ);
	err(1, "execve");
}
