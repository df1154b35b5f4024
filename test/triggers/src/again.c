// SPDX-License-Identifier: Apache-2.0
// Executes itself as often as the first argument says, a tenth of a second after it was.
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct timespec tenth = { .tv_nsec = 100000000 };
	int left = argc > 1 ? atoi(argv[1]) : 0;
	char next[16];

	if (left <= 0)
		return 0;
	nanosleep(&tenth, NULL);
	snprintf(next, sizeof(next), "%d", left - 1);
	argv[1] = next;
	execv(argv[0], argv);
	err(1, "execute %s", argv[0]);
}
