// SPDX-License-Identifier: Apache-2.0
// AT_EXECVE_CHECK asks whether a file may be executed and does no more; the
// real exec comes after it. Exits 77 where the kernel has no such flag (before 6.14).
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef AT_EXECVE_CHECK
#define AT_EXECVE_CHECK 0x10000
#endif

extern char **environ;

int main(int argc, char **argv)
{
	char *asked[] = { "only-asked", NULL };
	char *args[] = { "really-run", NULL };

	if (argc != 2)
		errx(2, "usage: check TARGET");
	for (int i = 0; i < 3; i++) {
		if (syscall(SYS_execveat, AT_FDCWD, argv[1], asked, environ, AT_EXECVE_CHECK) == 0)
			continue;
		if (errno == EINVAL)
			return 77;
		err(1, "execveat");
	}
	execve(argv[1], args, environ);
	err(1, "execve");
}
