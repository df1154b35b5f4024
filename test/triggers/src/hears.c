// SPDX-License-Identifier: Apache-2.0
// Writes to descriptor 3 what signals it gets. A line "ready PID PPID" comes first, then one for each,
//
//	signal NUMBER SENDER
//
// with the process id of the sender, which is 0 for the kernel. SIGTERM ends it with status 7. That it was stopped it cannot
// see, but SIGCONT it does.
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void note(int number, siginfo_t *info, void *unused)
{
	char line[64];
	int n = snprintf(line, sizeof(line), "signal %d %d\n", number, info->si_code == SI_KERNEL ? 0 : info->si_pid);

	(void)unused;
	if (write(3, line, n) != n)
		_exit(1);
	if (number == SIGTERM)
		_exit(7);
}

int main(void)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM, SIGCONT, SIGWINCH };
	struct sigaction action = { .sa_sigaction = note, .sa_flags = SA_SIGINFO };

	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (sigaction(numbers[i], &action, NULL))
			err(1, "sigaction");
	dprintf(3, "ready %d %d\n", getpid(), getppid());
	for (;;)
		pause();
}
