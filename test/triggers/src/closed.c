// SPDX-License-Identifier: Apache-2.0
// Runs a program without standard input and output: descriptors 0 and 1 are not open.
#include <err.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	if (argc < 2)
		errx(2, "usage: closed TARGET");
	close(0);
	close(1);
	execve(argv[1], argv + 1, environ);
	err(1, "execve");
}
