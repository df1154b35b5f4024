// SPDX-License-Identifier: Apache-2.0
// One thread rewrites the arguments without pause while another execs with
// them: what the program receives is whatever the kernel copied. TIMES children do so.
#define _GNU_SOURCE
#include <err.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS 12
#define LENGTH 300

extern char **environ;

static char words[WORDS][LENGTH + 1];
static sem_t running;

// Only the letters change, not where the words end.
static void *rewriter(void *unused)
{
	for (int round = 0;; round++) {
		for (int w = 0; w < WORDS; w++) {
			memset(words[w], 'a' + (round + w) % 26, LENGTH);
			__asm__ volatile("" ::: "memory"); // or the compiler would keep but the last round
		}
		if (round == 0)
			sem_post(&running);
	}
	return unused;
}

static void exec_while_rewriting(const char *target)
{
	char *args[WORDS + 2] = { "rewritten" };
	pthread_t thread;

	for (int w = 0; w < WORDS; w++)
		args[w + 1] = words[w];
	if (sem_init(&running, 0, 0) || pthread_create(&thread, NULL, rewriter, NULL))
		errx(1, "pthread_create");
	sem_wait(&running);
	execve(target, args, environ);
	err(1, "execve");
}

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: rewrite TARGET TIMES");
	for (int n = 0, times = atoi(argv[2]); n < times; n++) {
		int status;
		pid_t pid = fork();

		if (pid == 0)
			exec_while_rewriting(argv[1]);
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
			err(1, "child %d", n);
	}
	return 0;
}
