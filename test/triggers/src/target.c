// SPDX-License-Identifier: Apache-2.0
// The witness: it writes down what it was started with, as one record.
//
// The record goes to descriptor 3, which survives every kind of exec, or to the
// file in the first argument if that is witness=PATH. It is a list of strings,
// each ended by a NUL, since no argument, path or variable can contain one:
// NAME=VALUE first, then argc=N and N arguments, envc=N and N variables, "end".
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

extern char **environ;

static void number(FILE *out, const char *name, unsigned long long value)
{
	fprintf(out, "%s=%llu%c", name, value, 0);
}

static void string(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%s=%s%c", name, value, 0);
}

// A field whose source is out of reach is left out: its absence is the answer.
static void link_target(FILE *out, const char *name, const char *path)
{
	static char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target));

	if (n >= 0)
		fprintf(out, "%s=%.*s%c", name, (int)n, target, 0);
}

static void file_content(FILE *out, const char *name, const char *path)
{
	char text[64];
	FILE *f = fopen(path, "r");

	if (!f)
		return;
	if (fgets(text, sizeof(text), f)) {
		text[strcspn(text, "\n")] = 0;
		string(out, name, text);
	}
	fclose(f);
}

static void identity(FILE *out)
{
	uid_t r, e, s;
	gid_t rg, eg, sg;
	char comm[16] = "";

	number(out, "pid", getpid());
	number(out, "ppid", getppid());
	number(out, "sid", getsid(0));
	number(out, "pgid", getpgid(0));
	getresuid(&r, &e, &s);
	number(out, "uid", r);
	number(out, "euid", e);
	number(out, "suid", s);
	getresgid(&rg, &eg, &sg);
	number(out, "gid", rg);
	number(out, "egid", eg);
	number(out, "sgid", sg);
	prctl(PR_GET_NAME, comm);
	string(out, "comm", comm);
	number(out, "secure", getauxval(AT_SECURE));
	file_content(out, "loginuid", "/proc/self/loginuid");
	file_content(out, "session", "/proc/self/sessionid");
}

static void capabilities(FILE *out)
{
	char line[256], value[32];
	FILE *f = fopen("/proc/self/status", "r");

	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "CapEff: %31s", value) == 1)
			string(out, "capeff", value);
		if (sscanf(line, "CapPrm: %31s", value) == 1)
			string(out, "capprm", value);
	}
	fclose(f);
}

// The start time is field 22 of /proc/self/stat. The second field is a name
// that may hold blanks and parentheses, so the count starts after the last one.
static void start_time(FILE *out)
{
	char line[1024], *p;
	unsigned long long start;
	FILE *f = fopen("/proc/self/stat", "r");

	if (!f)
		return;
	if (fgets(line, sizeof(line), f) && (p = strrchr(line, ')')) &&
	    sscanf(p + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
		   &start) == 1)
		number(out, "start", start);
	fclose(f);
}

static void program(FILE *out)
{
	struct stat st;
	const char *tty;

	string(out, "execfn", (const char *)getauxval(AT_EXECFN));
	link_target(out, "exe", "/proc/self/exe");
	link_target(out, "cwd", "/proc/self/cwd");
	if (stat("/proc/self/exe", &st) == 0) {
		number(out, "major", major(st.st_dev));
		number(out, "minor", minor(st.st_dev));
		number(out, "inode", st.st_ino);
		number(out, "links", st.st_nlink);
	}
	tty = ttyname(0);
	if (tty)
		string(out, "tty", tty);
	link_target(out, "pidns", "/proc/self/ns/pid");
	link_target(out, "mntns", "/proc/self/ns/mnt");
	link_target(out, "userns", "/proc/self/ns/user");
	link_target(out, "netns", "/proc/self/ns/net");
	link_target(out, "cgroupns", "/proc/self/ns/cgroup");
}

static void list(FILE *out, const char *name, char **strings)
{
	unsigned int n = 0;

	while (strings[n])
		n++;
	number(out, name, n);
	for (; *strings; strings++)
		fwrite(*strings, 1, strlen(*strings) + 1, out);
}

int main(int argc, char **argv)
{
	int fd = 3;
	char *record;
	size_t size;
	FILE *out = open_memstream(&record, &size);

	if (!out)
		err(1, "open_memstream");
	identity(out);
	capabilities(out);
	start_time(out);
	program(out);
	list(out, "argc", argv);
	list(out, "envc", environ);
	fwrite("end", 1, 4, out);
	if (fclose(out))
		err(1, "build record");

	if (argc > 1 && strncmp(argv[1], "witness=", 8) == 0)
		fd = open(argv[1] + 8, O_WRONLY | O_APPEND);
	// One write: the file is open for appending, and records must not mix.
	if (write(fd, record, size) != (ssize_t)size)
		err(1, "write record");
	return 0;
}
