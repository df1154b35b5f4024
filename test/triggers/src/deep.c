// SPDX-License-Identifier: Apache-2.0
// Runs TARGET in a working directory LEVELS levels below this one, each with a
// name of LENGTH bytes. The true path goes to descriptor 3 as path=PATH, before
// the record of TARGET: past 4096 bytes no system call can tell it any more.
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	char *args[] = { "deep-down", NULL };
	char *path, name[256];
	size_t length;
	int levels;

	if (argc != 4)
		errx(2, "usage: deep TARGET LEVELS LENGTH");
	levels = atoi(argv[2]);
	length = atoi(argv[3]);
	if (length < 4 || length > sizeof(name) - 1)
		errx(2, "LENGTH is 4 to 255");
	path = getcwd(NULL, 0);
	for (int i = 0; i < levels; i++) {
		memset(name, 'a' + i % 26, sizeof(name));
		name[snprintf(name, sizeof(name), "%04d", i)] = 'x';
		name[length] = 0;
		if (mkdir(name, 0755) || chdir(name) || asprintf(&path, "%s/%s", path, name) < 0)
			err(1, "descend to level %d", i);
	}
	if (dprintf(3, "path=%s%c", path, 0) < 0)
		err(1, "write path");
	execve(argv[1], args, environ);
	err(1, "execve");
}
