package main

import "github.com/spf13/cobra"

// newFiltersTopic returns a help topic: a command that does nothing.
func newFiltersTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "filters",
		Short: "How to say which events are shown",
		Long: `--filter EXPR shows only the events for which an expression holds. It is in the
language of expr-lang (https://expr-lang.org), as far as a filter needs it:

    uid != 0 && exe startsWith "/tmp"
    "curl" in args
    container.id == "3f2a"
    ancestors any {.name == "sshd"}
    duration > 10s

Names are those of the columns (exe) or of the fields in JSON (process.executable);
'exectrail fields' lists them with their types.

    == != < <= > >=                 numbers, text, durations, times; 0 < uid < 1000 holds
                                    if both do
    && || !  and or not             conditions; also a ? b : c
    contains startsWith endsWith    text
    matches                         text and a regular expression (RE2), which is a constant
    in                              uid in [0, 1000], uid in 1000..1999, "-x" in args,
                                    "sshd" in ancestors
    + - * / %                       numbers and durations
    args[0] args[-1]                items of a list, from its beginning or end
    any all none one count          args any {# startsWith "-"}, ancestors count {.uid == 0} > 2;
                                    in {} an item is # or, of ancestors, .name .pid .exe
                                    .args .command .cwd .uid .gid .start
    len lower upper trim            len(args) > 100, lower(exe) contains "miner"
    glob                            glob(exe, "/usr/bin/python*"): * is no /; without a / in
                                    the pattern the last component is compared

Text stands in "", '' or ` + "``" + `. A duration is written 10s, 1m30s or 250ms, a size 10MiB or 5kB,
a time "2026-01-31T15:04:05Z" or "2026-01-31" (UTC). Of an id of a container with
64 digits the beginning is enough, of at least four digits.

What an event does not have makes the comparison false in which it stands, whatever the
operator: no exec satisfies duration > 10s, and none duration <= 10s or duration != 10s
either. But !(duration > 10s) holds for an exec, as the comparison in it is false. An empty
text is a value: tty == "" holds for an exec without a terminal.

Several --filter, and the flags --pid to --host-only, all have to hold. Some comparisons (==, ranges) of
uid, gid, pid, ppid, mntns, pidns, cgroupid, container.id and comm that are joined by && are
decided by the kernel before anything is recorded, as are --under, --cgroup and --host-only; so they cost least.
--explain-filter tells which of them. Forks and exits do not tell of namespaces and control groups, so an
expression about those shows none of them; --cgroup, --host-only and expressions about containers do.

Names, images, labels and pods of containers stand in files of their runtimes. A session that filters by them waits
up to half a second for these at the first exec in a container.

`,
	}
}
