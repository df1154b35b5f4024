// SPDX-License-Identifier: Apache-2.0
// Lives and ends in the way that the first argument tells.
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define MEMORY (200 << 20)
#define FILE_BYTES (8 << 20)

// Computes until the calling thread has used so much processor time in all.
static void burn(long milliseconds)
{
	struct timespec used;

	do {
		for (volatile int i = 0; i < 100000; i++)
			;
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	} while (used.tv_sec * 1000 + used.tv_nsec / 1000000 < milliseconds);
}

static void *outlive_leader(void *unused)
{
	(void)unused;
	burn(200);
	exit(7);
}

static void leader_first(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, outlive_leader, NULL))
		errx(1, "pthread_create");
	burn(100);
	pthread_exit(NULL);
}

static void segfault(void)
{
	struct rlimit core = { RLIM_INFINITY, RLIM_INFINITY };

	if (setrlimit(RLIMIT_CORE, &core))
		err(1, "setrlimit");
	raise(SIGSEGV);
}

// The memory is given back before the end: what the kernel spends on that
// after the process has ended is in nobody's books at that moment.
static void work(void)
{
	char *memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		err(1, "mmap");
	madvise(memory, MEMORY, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < MEMORY; i += 4096)
		memory[i] = 1;
	munmap(memory, MEMORY);
	burn(500);
}

static void store(void)
{
	char *block = calloc(1, FILE_BYTES);
	int fd = open(".", O_TMPFILE | O_RDWR, 0600);

	if (!block || fd < 0 || write(fd, block, FILE_BYTES) != FILE_BYTES || fsync(fd))
		err(1, "write");
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	if (pread(fd, block, FILE_BYTES, 0) != FILE_BYTES)
		err(1, "read");
	for (int i = 0; i < 20; i++)
		usleep(1000);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";

	if (strcmp(how, "status") == 0 && argc == 3)
		return atoi(argv[2]);
	if (strcmp(how, "killed") == 0)
		raise(SIGKILL);
	if (strcmp(how, "segfault") == 0)
		segfault();
	if (strcmp(how, "leader-first") == 0)
		leader_first();
	if (strcmp(how, "work") == 0)
		return work(), 0;
	if (strcmp(how, "store") == 0)
		return store(), 0;
	errx(2, "usage: life status N | killed | segfault | leader-first | work | store");
}
