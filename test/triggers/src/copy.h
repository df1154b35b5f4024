// SPDX-License-Identifier: Apache-2.0
#ifndef COPY_H
#define COPY_H

#include <err.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

// Makes an executable copy. The copy is closed for writing: a file that is open
// for it cannot be run.
static void copy_program(const char *from, const char *to)
{
	struct stat st;
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);

	if (in < 0 || out < 0 || fstat(in, &st) || sendfile(out, in, NULL, st.st_size) != st.st_size || close(out))
		err(1, "copy %s to %s", from, to);
	close(in);
}

#endif
