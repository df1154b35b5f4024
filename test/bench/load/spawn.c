// SPDX-License-Identifier: Apache-2.0
// Usage: spawn PROGRAM MARKER COUNT [PAUSE [BYTES]]
//
// Runs PROGRAM COUNT times, one after the other, with MARKER-NUMBER as its
// argument, and then prints how many nanoseconds each took from vfork to wait.
// A COUNT of 0 never ends. PAUSE is the microseconds between two. BYTES is the
// length of one more argument.
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
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
	char marker[64], *args[] = { NULL, marker, NULL, NULL }, *none[] = { NULL };
	long long *took, began;
	int count, pause, status;
	pid_t pid;

	if (argc < 4)
		errx(2, "usage: spawn PROGRAM MARKER COUNT [PAUSE [BYTES]]");
	args[0] = argv[1];
	count = atoi(argv[3]);
	pause = argc > 4 ? atoi(argv[4]) : 0;
	took = calloc(count + 1, sizeof(*took));
	if (argc > 5 && atoi(argv[5]) > 0) {
		args[2] = calloc(atoi(argv[5]) + 1, 1);
		if (!args[2])
			err(1, "calloc");
		memset(args[2], 'x', atoi(argv[5]));
	}
	if (!took)
		err(1, "calloc");
	for (int i = 0; !count || i < count; i++) {
		snprintf(marker, sizeof(marker), "%s-%06d", argv[2], i);
		began = now();
		pid = vfork();
		if (pid == 0) {
			execve(argv[1], args, none);
			_exit(127);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
			err(1, "%s", marker);
		if (count)
			took[i] = now() - began;
		if (pause)
			usleep(pause);
	}
	for (int i = 0; i < count; i++)
		printf("%lld\n", took[i]);
	return fflush(stdout) != 0;
}
