// SPDX-License-Identifier: Apache-2.0
// Runs PROGRAM COUNT times, one after the other, each time with its own number
// as argument, and then writes "PID NUMBER" of each to descriptor 3.
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char marker[64], *args[] = { "flood", marker, NULL }, *none[] = { NULL };
	int count, status;
	pid_t *pids;
	FILE *out;

	if (argc != 4)
		errx(2, "usage: spawner NAME COUNT PROGRAM");
	count = atoi(argv[2]);
	pids = calloc(count, sizeof(*pids));
	out = fdopen(3, "w");
	if (!pids || !out)
		err(1, "prepare");
	for (int i = 0; i < count; i++) {
		snprintf(marker, sizeof(marker), "%s-%06d", argv[1], i);
		pids[i] = vfork();
		if (pids[i] == 0) {
			execve(argv[3], args, none);
			_exit(127);
		}
		if (pids[i] < 0 || waitpid(pids[i], &status, 0) != pids[i] || status)
			err(1, "%s", marker);
	}
	for (int i = 0; i < count; i++)
		fprintf(out, "%d %s-%06d\n", pids[i], argv[1], i);
	return fclose(out) != 0;
}
