// SPDX-License-Identifier: Apache-2.0
// Empty arguments: first, in a row, between others, and last.
#include <err.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	char *args[] = { "", "a", "", "", "b", "", NULL };

	if (argc != 2)
		errx(2, "usage: empty_arguments TARGET");
	execve(argv[1], args, environ);
	err(1, "execve");
}
