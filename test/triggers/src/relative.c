// SPDX-License-Identifier: Apache-2.0
// A path that means something in the working directory only, by way of its parent.
#define _GNU_SOURCE
#include <err.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	char path[512], *args[] = { path, "relative", NULL };
	char *dir, *parent, *name;

	if (argc != 2)
		errx(2, "usage: relative TARGET");
	dir = dirname(strdup(argv[1]));
	parent = basename(strdup(dir));
	name = basename(strdup(argv[1]));
	snprintf(path, sizeof(path), ".././%s//%s", parent, name);
	if (chdir(dir))
		err(1, "chdir");
	execve(path, args, environ);
	err(1, "execve %s", path);
}
