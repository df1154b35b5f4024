// SPDX-License-Identifier: Apache-2.0
// Writes into the directory DIR what the kernel tells of this process: copies of the named FILES of /proc/self, and in "fd" its
// descriptors, one a line, with what they are.
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int create(int dir, const char *name)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0)
		err(1, "%s", name);
	return fd;
}

static void copy(int dir, const char *name)
{
	static char block[1 << 16];
	int from = openat(AT_FDCWD, "/proc/self", O_DIRECTORY | O_CLOEXEC), to = create(dir, name);
	int in = openat(from, name, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (in < 0)
		err(1, "/proc/self/%s", name);
	while ((n = read(in, block, sizeof(block))) > 0)
		if (write(to, block, n) != n)
			err(1, "write %s", name);
	close(in);
	close(from);
	close(to);
}

int main(int argc, char **argv)
{
	DIR *all = opendir("/proc/self/fd");
	struct dirent *entry;
	char target[PATH_MAX];
	int dir, out;

	if (argc < 2)
		errx(2, "usage: mirror DIR [FILE...]");
	dir = open(argv[1], O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || !all)
		err(1, "%s", argv[1]);
	out = create(dir, "fd");
	while ((entry = readdir(all))) {
		int fd = atoi(entry->d_name);
		ssize_t n;

		if (entry->d_name[0] == '.' || fd == dirfd(all) || fd == dir || fd == out)
			continue;
		n = readlinkat(dirfd(all), entry->d_name, target, sizeof(target));
		dprintf(out, "%d %#x %.*s\n", fd, fcntl(fd, F_GETFL), (int)n, target);
	}
	for (int i = 2; i < argc; i++)
		copy(dir, argv[i]);
	return 0;
}
