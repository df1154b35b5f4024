// SPDX-License-Identifier: Apache-2.0
// Runs PROGRAM COUNT times, one after the other, each time with its own number as argument and BYTES
// more in further ones, and then writes a line of log.h about each to descriptor 3.
#define _GNU_SOURCE
#include <err.h>
#include <sys/resource.h>
#include <unistd.h>

#include "log.h"

// One argument takes 128 KiB (MAX_ARG_STRLEN); as many as these fit into the 6 MiB that the kernel takes at most.
#define LONGEST (100 << 10)
#define MOST 64

static char filler[LONGEST + 1];

// add_filler has the arguments after the first two filled with so many bytes, the byte at the end of each included.
static void add_filler(char **args, size_t bytes)
{
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	memset(filler, 'x', LONGEST);
	if (bytes / LONGEST >= MOST - 4)
		errx(2, "%zu bytes are too many", bytes);
	// The arguments may take up a quarter of the stack.
	if (bytes > 1 << 20 && setrlimit(RLIMIT_STACK, &all))
		err(1, "setrlimit");
	for (; bytes > 0; bytes -= strlen(*args++) + 1)
		*args = filler + LONGEST - ((bytes > LONGEST ? LONGEST : bytes) - 1);
}

int main(int argc, char **argv)
{
	char marker[64], line[256], *args[MOST] = { "flood", marker }, *none[] = { NULL };
	struct life *lives;
	int count, status;
	FILE *out;

	if (argc != 4 && argc != 5)
		errx(2, "usage: spawner NAME COUNT PROGRAM [BYTES]");
	count = atoi(argv[2]);
	lives = calloc(count, sizeof(*lives));
	out = fdopen(3, "w");
	if (!lives || !out)
		err(1, "prepare");
	if (argc == 5)
		add_filler(args + 2, strtoul(argv[4], NULL, 10));
	for (int i = 0; i < count; i++) {
		struct life *l = &lives[i];

		snprintf(marker, sizeof(marker), "%s-%06d", argv[1], i);
		l->how = "exec";
		count_args(l, args);
		l->from = now();
		l->pid = vfork();
		if (l->pid == 0) {
			execve(argv[3], args, none);
			_exit(127);
		}
		if (l->pid < 0 || wait_for(l->pid, &l->until, &status) != l->pid || status)
			err(1, "%s", marker);
	}
	for (int i = 0; i < count; i++) {
		snprintf(marker, sizeof(marker), "%s-%06d", argv[1], i);
		fwrite(line, 1, format_life(line, sizeof(line), &lives[i], marker), out);
	}
	return fclose(out) != 0;
}
