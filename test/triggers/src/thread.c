// SPDX-License-Identifier: Apache-2.0
// A thread that is not the first one execs, and takes over the id of the
// process. Its own id, which nobody can see afterwards, is the last argument.
#define _GNU_SOURCE
#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

extern char **environ;

static void *second(void *path)
{
	char tid[16];
	char *args[] = { "by-second-thread", tid, NULL };

	snprintf(tid, sizeof(tid), "%d", gettid());
	execve(path, args, environ);
	err(1, "execve");
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc != 2)
		errx(2, "usage: thread TARGET");
	if (pthread_create(&thread, NULL, second, argv[1]))
		errx(1, "pthread_create");
	for (;;)
		pause();
}
