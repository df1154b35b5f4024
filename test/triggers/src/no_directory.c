// SPDX-License-Identifier: Apache-2.0
// Runs TARGET in a working directory that was removed.
#include <err.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	char *args[] = { "homeless", NULL };

	if (argc != 2)
		errx(2, "usage: no_directory TARGET");
	if (mkdir("removed", 0755) || chdir("removed") || rmdir("../removed"))
		err(1, "lose directory");
	execve(argv[1], args, environ);
	err(1, "execve");
}
