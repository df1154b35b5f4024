// SPDX-License-Identifier: Apache-2.0
// An environment in which names are the beginning of others, come twice, are
// empty or missing. With "none" there is no environment at all, and ARGS are those of TARGET.
#include <err.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char *args[] = { "environment", NULL }, *none[] = { NULL };
	char *variables[] = {
		"FOO=1", "FOOBAR=2", "EMPTY=", "FO=3", "=nameless", "no equals sign", "FOO",
		"", "LINES=a\nb\033[0m", "FOO=again", "LAST=x=y", NULL,
	};

	if (argc < 2)
		errx(2, "usage: environment TARGET [none | ARG...]");
	if (argc == 3 && !strcmp(argv[2], "none"))
		execve(argv[1], args, none);
	else
		execve(argv[1], argc > 2 ? argv + 1 : args, variables);
	err(1, "execve");
}
