// SPDX-License-Identifier: Apache-2.0
// The path is relative to a directory that is known by its descriptor only.
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	char *args[] = { "from-directory", "descriptor", NULL };
	int dir;

	if (argc != 2)
		errx(2, "usage: dirfd TARGET");
	dir = open(dirname(strdup(argv[1])), O_PATH | O_DIRECTORY);
	if (dir < 0)
		err(1, "open directory");
	syscall(SYS_execveat, dir, basename(strdup(argv[1])), args, environ, 0);
	err(1, "execveat");
}
