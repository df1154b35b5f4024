// SPDX-License-Identifier: Apache-2.0
// One argument of 100 KB, and a marker after it: what cuts the long one must
// not lose the short one.
#include <err.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	static char text[100 * 1000 + 1];
	char *args[] = { "long", text, "marker", NULL };

	if (argc != 2)
		errx(2, "usage: long_argument TARGET");
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		text[i] = 'a' + i % 23;
	execve(argv[1], args, environ);
	err(1, "execve");
}
