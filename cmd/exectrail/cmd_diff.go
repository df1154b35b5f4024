package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

type diffOptions struct {
	output choice
	top    int
}

func newDiffCommand() *cobra.Command {
	opts := diffOptions{output: oneOf(formatText, formatMarkdown, formatJSON)}
	cmd := &cobra.Command{
		Use:   "diff A.trail B.trail",
		Short: "Tell what one run did otherwise than another one",
		Long: `Compare two runs that were kept with 'exectrail run --save FILE.trail -- COMMAND': programs
that only one of them executed, how often and for how long each program ran, and command
lines that changed. A is the earlier run, or the one to compare with. One of the two can be
-, for the standard input.

What is different each time does not count. It has the same name in both runs:

    %dir   the directory in which the run was started
    %tmp   the name of a temporary file or directory
    %hash  12 or more hexadecimal digits, and other long names that look random
    %pid   the id of the process, or of one that it descends from

The own time of a process is that in which it lived and no child of it did. The time of a
program is that of all processes that ran it, so times of processes beside each other add up.

With -o markdown the output is made for a pull request: tables as GitHub has them, in which
no name or argument is taken for markup. With -o json it is one object that tells all: times in
nanoseconds, and of text that is not UTF-8 the bytes in base64 beside it, as in path_bytes.
` + exitStatusHelp + `
It is 0 whether or not there are differences.
`,
		Example: `  sudo exectrail run --save main.trail -- make -j2
  sudo exectrail run --save branch.trail -- make -j2
  exectrail diff main.trail branch.trail
  exectrail diff -o markdown --top 5 main.trail branch.trail > comment.md
  exectrail diff -o json main.trail branch.trail | jq -r '.programs[] | select(.a.count == 0) | .path'`,
		ValidArgsFunction: completeTrails,
		Args: func(cmd *cobra.Command, args []string) error {
			return opts.validate(args, cmd.Flags().Changed("top"))
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDiff(opts, args[0], args[1], cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
	addReportFormat(cmd, &opts.output)
	cmd.Flags().IntVar(&opts.top, "top", 10, "show the first `n` entries of each list")
	return cmd
}

// validate finds what makes no sense.
func (o *diffOptions) validate(args []string, topGiven bool) error {
	switch {
	case len(args) != 2:
		return &usageError{
			fmt.Sprintf("diff takes two trails, but got %d", len(args)), "as in: exectrail diff A.trail B.trail; " + trailHint,
		}
	case args[0] == stdinName && args[1] == stdinName:
		return &usageError{"the standard input is one trail, not two", "name a file for the other one"}
	case o.top < 1:
		return &usageError{"--top must be at least 1", "such as --top 5"}
	case topGiven && o.output.value == formatJSON:
		return &usageError{"--top does not change JSON, which tells all", "leave it out"}
	}
	return nil
}

// completeTrails offers the files that end in .trail, as long as one is wanted.
func completeTrails(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) >= 2 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return []cobra.Completion{"trail"}, cobra.ShellCompDirectiveFilterFileExt
}

func runDiff(opts diffOptions, a, b string, stdin io.Reader, stdout io.Writer) error {
	d, err := compareTrails(a, b, stdin)
	if err != nil {
		return err
	}
	switch opts.output.value {
	case formatMarkdown:
		return d.WriteMarkdown(stdout, opts.top)
	case formatJSON:
		return writeDiffJSON(stdout, d)
	}
	return d.WriteText(stdout, opts.top, widthOf(stdout))
}
