// SPDX-License-Identifier: Apache-2.0
// An environment in which names are the beginning of others, come twice, are
// empty or missing. With a second argument: no environment at all.
#include <err.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char *args[] = { "environment", NULL }, *none[] = { NULL };
	char *variables[] = {
		"FOO=1", "FOOBAR=2", "EMPTY=", "FO=3", "=nameless", "no equals sign", "FOO",
		"", "LINES=a\nb\033[0m", "FOO=again", "LAST=x=y", NULL,
	};

	if (argc < 2)
		errx(2, "usage: environment TARGET [none]");
	execve(argv[1], args, argc > 2 ? none : variables);
	err(1, "execve");
}
