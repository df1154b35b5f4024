// SPDX-License-Identifier: Apache-2.0
// The arguments, and the array that points to them, lie in pages of a mapped
// file that this program never touched: whoever reads them at the entry of the
// system call, from a context that cannot fault, gets nothing.
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 65536 // a multiple of every page size in use

struct image {
	char *args[4];
	char gap[PAGE]; // puts the words on another page than the pointers
	char words[3][32];
};

extern char **environ;

static void must_be_absent(const void *address)
{
	long page = sysconf(_SC_PAGESIZE);
	uint64_t entry;
	int fd = open("/proc/self/pagemap", O_RDONLY);

	if (fd < 0 || pread(fd, &entry, sizeof(entry), (uintptr_t)address / page * sizeof(entry)) != sizeof(entry))
		err(1, "read pagemap");
	if (entry >> 63)
		errx(1, "the page at %p was touched", address);
	close(fd);
}

int main(int argc, char **argv)
{
	struct image *made, *mapped;
	int fd;

	if (argc != 2)
		errx(2, "usage: untouched TARGET");
	made = calloc(1, sizeof(*made));
	mapped = mmap(NULL, sizeof(*mapped), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	fd = open(".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (!made || mapped == MAP_FAILED || fd < 0)
		err(1, "prepare");
	for (int i = 0; i < 3; i++) {
		snprintf(made->words[i], sizeof(made->words[i]), "never-touched-%d", i);
		made->args[i] = mapped->words[i];
	}
	if (write(fd, made, sizeof(*made)) != sizeof(*made) || fsync(fd))
		err(1, "write");
	// Not in the page cache either, so that the kernel has to wait for the disk.
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	if (mmap(mapped, sizeof(*mapped), PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) == MAP_FAILED)
		err(1, "mmap");
	must_be_absent(mapped->args);
	must_be_absent(mapped->words);
	execve(argv[1], mapped->args, environ);
	err(1, "execve");
}
