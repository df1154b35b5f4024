// SPDX-License-Identifier: Apache-2.0
// Runs a copy of TARGET as a container would: in new pid, mount, network and
// cgroup namespaces, and with another root, made in the empty directory ROOT.
#define _GNU_SOURCE
#include <err.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "copy.h"

extern char **environ;

static void enter(const char *target, const char *root)
{
	char *args[] = { "contained", "inside", NULL };

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) || mount("container", root, "tmpfs", 0, NULL) || chdir(root))
		err(1, "make root");
	if (mkdir("bin", 0755) || mkdir("proc", 0755) || mkdir("old", 0755) || mkdir("work", 0755))
		err(1, "mkdir");
	copy_program(target, "bin/app");
	if (mount("proc", "proc", "proc", 0, NULL))
		err(1, "mount proc");
	if (syscall(SYS_pivot_root, ".", "old") || chdir("/work") || umount2("/old", MNT_DETACH))
		err(1, "pivot_root");
	execve("/bin/app", args, environ);
	err(1, "execve");
}

int main(int argc, char **argv)
{
	int status;
	pid_t pid;

	if (argc != 3)
		errx(2, "usage: container TARGET ROOT");
	if (unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWCGROUP))
		err(1, "unshare");
	pid = fork();
	if (pid == 0)
		enter(argv[1], argv[2]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		err(1, "fork");
	return status != 0;
}
