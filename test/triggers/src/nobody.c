// SPDX-License-Identifier: Apache-2.0
// Gives all privileges away, then runs TARGET, which has some of its own: a
// set-user-id file, or one with capabilities.
#define _GNU_SOURCE
#include <err.h>
#include <grp.h>
#include <unistd.h>

#define NOBODY 65534
#define NOGROUP 65533

extern char **environ;

int main(int argc, char **argv)
{
	char *args[] = { "as-nobody", NULL };

	if (argc != 2)
		errx(2, "usage: nobody TARGET");
	if (setgroups(0, NULL) || setresgid(NOGROUP, NOGROUP, NOGROUP) || setresuid(NOBODY, NOBODY, NOBODY))
		err(1, "drop privileges");
	execve(argv[1], args, environ);
	err(1, "execve %s", argv[1]);
}
