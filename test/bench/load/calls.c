// SPDX-License-Identifier: Apache-2.0
// Usage: calls CHUNKS CALLS
//
// Makes CALLS system calls that do next to nothing, CHUNKS times, and then
// prints how many nanoseconds each chunk took.
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

int main(int argc, char **argv)
{
	long long *took, began;
	int chunks, calls;

	if (argc != 3)
		errx(2, "usage: calls CHUNKS CALLS");
	chunks = atoi(argv[1]);
	calls = atoi(argv[2]);
	took = calloc(chunks, sizeof(*took));
	if (!took)
		err(1, "calloc");
	for (int c = 0; c < chunks; c++) {
		began = now();
		for (int i = 0; i < calls; i++)
			syscall(SYS_getppid);
		took[c] = now() - began;
	}
	for (int c = 0; c < chunks; c++)
		printf("%lld\n", took[c]);
	return fflush(stdout) != 0;
}
