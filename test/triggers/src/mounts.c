// SPDX-License-Identifier: Apache-2.0
// Runs a copy of TARGET below three mounts: a tmpfs in DIRECTORY, another one
// in it, and a bind mount of a part of that. Nobody else sees the mounts.
#define _GNU_SOURCE
#include <err.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "copy.h"

extern char **environ;

int main(int argc, char **argv)
{
	char *args[] = { "below-mounts", NULL };

	if (argc != 3)
		errx(2, "usage: mounts TARGET DIRECTORY");
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		err(1, "unshare");
	if (mount("outer", argv[2], "tmpfs", 0, NULL) || chdir(argv[2]) || mkdir("mid", 0755) || mkdir("bound", 0755) ||
	    mount("inner", "mid", "tmpfs", 0, NULL) || mkdir("mid/part", 0755) || mkdir("mid/part/bin", 0755) ||
	    mount("mid/part", "bound", NULL, MS_BIND, NULL))
		err(1, "mount");
	copy_program(argv[1], "bound/bin/app");
	if (chdir("mid/part"))
		err(1, "chdir");
	execve("../../bound/bin/app", args, environ);
	err(1, "execve");
}
