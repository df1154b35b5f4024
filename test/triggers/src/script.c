// SPDX-License-Identifier: Apache-2.0
// Runs a script whose interpreter is a script, and so on, DEPTH times; at the
// end stands TARGET. The scripts are made in the working directory.
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static void write_script(const char *path, const char *interpreter, int level)
{
	FILE *f = fopen(path, "w");

	if (!f || fprintf(f, "#!%s option of %d\n", interpreter, level) < 0 || fclose(f) || chmod(path, 0755))
		err(1, "write %s", path);
}

int main(int argc, char **argv)
{
	char *args[] = { "replaced-by-the-kernel", "argument", "", "last", NULL };
	char *dir, *path, *interpreter;
	int depth;

	if (argc != 3)
		errx(2, "usage: script TARGET DEPTH");
	dir = getcwd(NULL, 0);
	interpreter = argv[1];
	depth = atoi(argv[2]);
	for (int i = 1; i <= depth; i++) {
		if (asprintf(&path, "%s/script%d", dir, i) < 0)
			err(1, "asprintf");
		write_script(path, interpreter, i);
		interpreter = path;
	}
	execve(interpreter, args, environ);
	err(1, "execve %s", interpreter);
}
