// SPDX-License-Identifier: Apache-2.0
// No arguments at all, not even a name. From 5.18 on the kernel gives the
// program one empty string instead.
#include <err.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	char *args[] = { NULL };

	if (argc != 2)
		errx(2, "usage: no_arguments TARGET");
	execve(argv[1], args, environ);
	err(1, "execve");
}
