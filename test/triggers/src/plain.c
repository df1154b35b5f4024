// SPDX-License-Identifier: Apache-2.0
// The exec of every day, to measure the odd ones against.
#include <err.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	if (argc < 2)
		errx(2, "usage: plain TARGET [ARGUMENT...]");
	execve(argv[1], argv + 1, environ);
	err(1, "execve %s", argv[1]);
}
