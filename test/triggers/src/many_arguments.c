// SPDX-License-Identifier: Apache-2.0
// Three hundred arguments, each different.
#include <err.h>
#include <stdio.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	static char words[300][16];
	char *args[301] = { 0 };

	if (argc != 2)
		errx(2, "usage: many_arguments TARGET");
	for (int i = 0; i < 300; i++) {
		snprintf(words[i], sizeof(words[i]), "argument-%03d", i);
		args[i] = words[i];
	}
	execve(argv[1], args, environ);
	err(1, "execve");
}
