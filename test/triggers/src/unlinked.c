// SPDX-License-Identifier: Apache-2.0
// Runs a file that was deleted before: it removes TARGET, so give it a copy.
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	char *args[] = { "ghost", "unlinked", NULL };
	int fd;

	if (argc != 2)
		errx(2, "usage: unlinked TARGET");
	fd = open(argv[1], O_PATH | O_CLOEXEC);
	if (fd < 0 || unlink(argv[1]))
		err(1, "open and unlink");
	fexecve(fd, args, environ);
	err(1, "fexecve");
}
