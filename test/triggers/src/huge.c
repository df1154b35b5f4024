// SPDX-License-Identifier: Apache-2.0
// As many bytes of arguments as the kernel takes: 6 MiB with the environment
// and the pointers, 128 KiB a string. What does not fit is tried again with less.
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define STRINGS 48
#define STRING_BYTES (128 * 1024) // with the NUL
#define STEP 512

extern char **environ;

int main(int argc, char **argv)
{
	// The limit is a quarter of the stack's, but never more than 6 MiB.
	struct rlimit stack = { 64 << 20, 64 << 20 };
	char *args[STRINGS + 1] = { 0 }, *last;

	if (argc != 2)
		errx(2, "usage: huge TARGET");
	if (setrlimit(RLIMIT_STACK, &stack))
		err(1, "setrlimit");
	for (int i = 0; i < STRINGS; i++) {
		args[i] = malloc(STRING_BYTES);
		for (int n = 0; n < STRING_BYTES - 1; n++)
			args[i][n] = 33 + (n * 7 + i) % 94;
		args[i][STRING_BYTES - 1] = 0;
	}
	last = args[STRINGS - 1];
	for (size_t size = STRING_BYTES - 1; size > STEP; size -= STEP) {
		last[size] = 0;
		execve(argv[1], args, environ);
		if (errno != E2BIG)
			break;
	}
	err(1, "execve");
}
