package main

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/exectrail/exectrail/object"
)

type cleanupOptions struct {
	dryRun bool
	match  string
	output choice
}

func newObjectCleanupCommand() *cobra.Command {
	opts := cleanupOptions{output: oneOf(formatText, formatJSON)}
	cmd := &cobra.Command{
		Use:   "cleanup",
		Short: "Remove what a run of exectrail that crashed has left in the kernel",
		Long: `List and remove what exectrail has left in the kernel when it was killed:

    kprobe, uprobe   probes in tracefs, in groups named exectrail_ and 16 hexadecimal digits
    run              directories with the pins of 'object run', below /sys/fs/bpf/exectrail-object
    session          sessions of 'trace --pin' that were not finished, below /sys/fs/bpf/exectrail

What a process uses is left alone. A session that is complete is kept: it is meant
to outlive exectrail, and 'exectrail unpin NAME' removes it. 'object run' does the
same at its start.

With --match it is about what the pattern matches instead, whoever made it:
probes by GROUP/EVENT, as kprobe_events and uprobe_events list them, and
pins (sessions that are complete among them) by their path in a bpf file system. *, ? and [...]
stand for parts of a name, not for a slash.

Each line tells the state: removed, would be removed (--dry-run), in use, kept, or failed.
Whether tracing programs use a probe is found out by removing it: with
--dry-run such a probe would be removed. With -o json each is an object on a line, with kind,
name, state, and reason of what is kept or failed.
` + exitStatusHelp,
		Example: `  sudo exectrail object cleanup --dry-run
  sudo exectrail object cleanup
  sudo exectrail object cleanup --match 'kprobes/p_*'
  sudo exectrail object cleanup --match '/sys/fs/bpf/foo/*'`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runCleanup(opts, cmd.OutOrStdout(), newUI(cmd.ErrOrStderr(), opts.output.value == formatJSON))
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&opts.dryRun, "dry-run", false, "list, and remove nothing")
	flags.StringVar(&opts.match, "match", "", "remove what the `pattern` matches instead, of other programs too")
	addReportFormat(cmd, &opts.output)
	return cmd
}

func runCleanup(opts cleanupOptions, stdout io.Writer, ui *ui) error {
	const rights = "run with sudo: this is about what belongs to root"
	leftovers, err := object.Leftovers(opts.match)
	if errors.Is(err, object.ErrPattern) {
		return &usageError{"--match " + quote(opts.match) + ": " + err.Error(), "for example --match 'kprobes/p_*' or --match '/sys/fs/bpf/foo/*'"}
	}
	errs := []error{withRights(err, rights)}
	var results []cleanupResult
	for _, l := range leftovers {
		r, err := cleanUp(l, opts.dryRun)
		results, errs = append(results, r), append(errs, withRights(err, rights))
	}
	if len(results) == 0 && err == nil {
		ui.notice("nothing to clean up")
	}
	write := writeCleanup
	if opts.output.value == formatJSON {
		write = writeCleanupJSON
	}
	return errors.Join(append(errs, write(stdout, results))...)
}

// cleanUp removes a leftover that is to be removed, and tells what became of it.
func cleanUp(l object.Leftover, dryRun bool) (cleanupResult, error) {
	r := cleanupResult{Kind: l.Kind, Name: l.Name}
	switch {
	case l.InUse:
		r.State = "in use"
		return r, nil
	case l.Kept != "":
		r.State, r.Reason = "kept", l.Kept
		return r, nil
	case dryRun:
		r.State = "would be removed"
		return r, nil
	}
	switch err := l.Remove(); {
	case errors.Is(err, object.ErrInUse):
		r.State = "in use"
	case err != nil:
		r.State, r.Reason = "failed", err.Error()
		return r, err
	default:
		r.State = "removed"
	}
	return r, nil
}
