// SPDX-License-Identifier: Apache-2.0
// Arguments that would take over a terminal, or forge a line of a log.
#include <err.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	char *args[] = {
		"escapes",
		"\033[2J\033[31mred\033]0;title\007",
		"one\ntwo\r\nthree\ttabs",
		"\302\233" "1mC1 control",
		"right\342\200\256tfel",
		"\xff\xfe not UTF-8 \xc0\x80",
		"'quotes' \"double\" $HOME `id` \\",
		NULL,
	};

	if (argc != 2)
		errx(2, "usage: escapes TARGET");
	execve(argv[1], args, environ);
	err(1, "execve");
}
