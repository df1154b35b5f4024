// SPDX-License-Identifier: Apache-2.0
// Logs in as user UID, as far as audit is concerned, and runs TARGET. Exits 77
// where the kernel or its settings do not permit it.
#include <fcntl.h>
#include <err.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	char *args[] = { "logged-in", NULL };
	int fd;

	if (argc != 3)
		errx(2, "usage: login TARGET UID");
	fd = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, argv[2], strlen(argv[2])) < 0)
		return 77;
	execve(argv[1], args, environ);
	err(1, "execve");
}
