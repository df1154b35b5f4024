// SPDX-License-Identifier: Apache-2.0
// Runs a file that has no name anywhere: the descriptor alone tells what to run.
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	char *args[] = { "from-memory", "no file", NULL };
	struct stat st;
	int from, to;

	if (argc != 2)
		errx(2, "usage: memfd TARGET");
	from = open(argv[1], O_RDONLY | O_CLOEXEC);
	to = memfd_create("anonymous", MFD_CLOEXEC);
	if (from < 0 || to < 0 || fstat(from, &st))
		err(1, "open");
	if (sendfile(to, from, NULL, st.st_size) != st.st_size)
		err(1, "sendfile");
	syscall(SYS_execveat, to, "", args, environ, AT_EMPTY_PATH);
	err(1, "execveat");
}
