// SPDX-License-Identifier: Apache-2.0
// Calls of execve and execveat that fail. Writes to descriptor 3 what it
// passed and what came back, as target.c writes what it was started with.
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NO_DIRECTORY -100 // AT_FDCWD
#define MISSING "/no/such/program"

// One record with one write: another thread or process may write to the file too.
static void report(const char *call, const char *filename, int dirfd, int flags, char **args, int error)
{
	char *record;
	size_t size;
	unsigned int n = 0;
	FILE *out = open_memstream(&record, &size);

	if (!out)
		err(1, "open_memstream");
	fprintf(out, "call=%s%cfilename=%s%cdirfd=%d%cflags=%d%cerrno=%d%ctid=%d%c", call, 0, filename, 0, dirfd, 0, flags,
		0, error, 0, gettid(), 0);
	while (args && args[n])
		n++;
	fprintf(out, "argc=%u%c", n, 0);
	for (unsigned int i = 0; i < n; i++)
		fwrite(args[i], 1, strlen(args[i]) + 1, out);
	fprintf(out, "envc=0%cend%c", 0, 0);
	fclose(out);
	if (write(3, record, size) != (ssize_t)size)
		err(1, "write the record");
	free(record);
}

static void try_execve(const char *filename, char **args)
{
	long n = syscall(SYS_execve, filename, args, NULL);

	report("execve", filename, NO_DIRECTORY, 0, args, n < 0 ? errno : 0);
}

static void try_execveat(int dir, const char *filename, char **args, int flags)
{
	long n = syscall(SYS_execveat, dir, filename, args, NULL, flags);

	report("execveat", filename, dir, flags, args, n < 0 ? errno : 0);
}

static char *repeat(size_t n)
{
	char *s = malloc(n + 1);

	memset(s, 'x', n);
	s[n] = 0;
	return s;
}

// As many strings as there can be in 32 KiB, and some more.
static void many(void)
{
	static char *args[(32 << 10) + 101];

	for (int i = 0; i < (32 << 10) + 100; i++)
		args[i] = "";
	try_execve(MISSING, args);
}

static void flood(unsigned int n)
{
	char name[64], number[16], *args[] = { "flood", number, NULL };

	for (unsigned int i = 0; i < n; i++) {
		snprintf(number, sizeof(number), "%u", i);
		snprintf(name, sizeof(name), "/no/such/%u", i);
		if (syscall(SYS_execve, name, args, NULL) != -1 || errno != ENOENT)
			err(1, "execve of %s", name);
	}
}

// A page with these strings, of a file that nobody has read through this mapping.
static char *untouched_page(void *at, int flags, const char *strings, size_t size)
{
	int fd = memfd_create("strings", 0);
	char *page;

	if (fd < 0 || write(fd, strings, size) != (ssize_t)size)
		err(1, "write the strings");
	page = mmap(at, size, PROT_READ, MAP_PRIVATE | flags, fd, 0);
	if (page == MAP_FAILED)
		err(1, "mmap");
	return page;
}

static void untouched(void)
{
	const char strings[] = "untouched\0second";
	char *page = untouched_page(NULL, 0, strings, sizeof(strings));
	char *args[] = { page, page + sizeof("untouched"), NULL };

	try_execve(MISSING, args);
}

// A string that begins in memory that is there, and ends in such a page.
static void half_touched(void)
{
	const char there[] = "half of it ", rest[] = "is there\0second";
	size_t size = sysconf(_SC_PAGESIZE);
	char *args[3] = { NULL }, *pages;

	pages = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED)
		err(1, "mmap");
	untouched_page(pages + size, MAP_FIXED, rest, sizeof(rest));
	args[0] = memcpy(pages + size - strlen(there), there, strlen(there));
	args[1] = pages + size + sizeof("is there");
	try_execve(MISSING, args);
}

static void *in_thread(void *args)
{
	try_execve(MISSING, args);
	return NULL;
}

static void thread(char **args)
{
	pthread_t t;

	if (pthread_create(&t, NULL, in_thread, args) || pthread_join(t, NULL))
		errx(1, "thread");
}

#ifdef __x86_64__
// The 32-bit gate: see int80_amd64.c.
static void int80(void)
{
	struct low {
		uint32_t argv[3];
		char path[32], words[2][16];
	} *low;
	char *args[3] = { NULL };
	long result;

	low = mmap(NULL, sizeof(*low), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (low == MAP_FAILED)
		err(1, "mmap");
	strcpy(low->path, MISSING);
	strcpy(low->words[0], "old gate");
	strcpy(low->words[1], "");
	for (int i = 0; i < 2; i++) {
		args[i] = low->words[i];
		low->argv[i] = (uint32_t)(uintptr_t)low->words[i];
	}
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(11), "b"((uint32_t)(uintptr_t)low->path), "c"((uint32_t)(uintptr_t)low->argv), "d"(0)
			 : "memory", "r8", "r9", "r10", "r11");
	report("execve", low->path, NO_DIRECTORY, 0, args, -result);
}
#endif

int main(int argc, char **argv)
{
	char *args[] = { "no such", "", "\033[1m\xff", NULL };
	char *broken[] = { "first", (char *)1, NULL };
	char *long_args[] = { "long", NULL, "marker", NULL };
	char *too_long[] = { "too long", NULL, NULL };
	const char *what = argc > 1 ? argv[1] : "";
	int dir = open("/proc", O_PATH | O_DIRECTORY);

	if (dir < 0)
		err(1, "open /proc");
	if (!strcmp(what, "missing"))
		try_execve(MISSING, args);
	else if (!strcmp(what, "relative"))
		try_execve("./../no such", args);
	else if (!strcmp(what, "directory"))
		try_execve("/proc", args);
	else if (!strcmp(what, "descriptor"))
		try_execveat(dir, "no such", args, AT_SYMLINK_NOFOLLOW);
	else if (!strcmp(what, "empty-path"))
		try_execveat(dir, "", args, AT_EMPTY_PATH);
	else if (!strcmp(what, "long")) {
		long_args[1] = repeat(100000);
		try_execve(MISSING, long_args);
	} else if (!strcmp(what, "many"))
		many();
	else if (!strcmp(what, "too-long")) {
		too_long[1] = repeat(140000); // MAX_ARG_STRLEN is 128 KiB
		try_execve("/proc/self/exe", too_long);
	} else if (!strcmp(what, "no-arguments"))
		try_execve(MISSING, NULL);
	else if (!strcmp(what, "bad-filename")) {
		report("execve", "", NO_DIRECTORY, 0, args, syscall(SYS_execve, 1, args, NULL) < 0 ? errno : 0);
	} else if (!strcmp(what, "bad-arguments")) {
		report("execve", "/proc/self/exe", NO_DIRECTORY, 0, NULL,
		       syscall(SYS_execve, "/proc/self/exe", 1, NULL) < 0 ? errno : 0);
	} else if (!strcmp(what, "bad-string")) {
		int error = syscall(SYS_execve, "/proc/self/exe", broken, NULL) < 0 ? errno : 0;

		broken[1] = NULL;
		report("execve", "/proc/self/exe", NO_DIRECTORY, 0, broken, error);
	} else if (!strcmp(what, "untouched"))
		untouched();
	else if (!strcmp(what, "half-touched"))
		half_touched();
	else if (!strcmp(what, "thread"))
		thread(args);
	else if (!strcmp(what, "check")) // asks whether a directory may be executed: a check, and no exec (6.14)
		try_execveat(dir, "", args, AT_EMPTY_PATH | 0x10000);
	else if (!strcmp(what, "flood") && argc > 2)
		flood(atoi(argv[2]));
#ifdef __x86_64__
	else if (!strcmp(what, "int80"))
		int80();
#endif
	else
		errx(2, "usage: failing CASE");
	return 0;
}
