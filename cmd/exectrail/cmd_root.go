package main

import (
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"
)

// exitStatusHelp ends the help of each command. It is indented by four
// spaces, which man pages show as it stands.
const exitStatusHelp = `
Exit status:

    0  fine
    1  failed
    2  the command line makes no sense
`

// newRootCommand returns the command with all of its commands. ignored are the signals that exectrail was started to ignore.
func newRootCommand(ignored []unix.Signal) *cobra.Command {
	root := newTraceCommand()
	root.Use = "exectrail"
	root.Short = "Show every program that is executed on this machine"
	root.Long = "exectrail is short for exectrail trace.\n\n" + root.Long
	root.SuggestionsMinimumDistance = 2
	root.SilenceErrors = true
	root.SilenceUsage = true
	// One page for each command, the same on every day it is made.
	root.DisableAutoGenTag = true
	root.Args = noCommand
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &usageError{err.Error(), "see '" + cmd.CommandPath() + " --help'"}
	})
	root.AddCommand(newTraceCommand(), newRunCommand(ignored), newDiffCommand(), newUnpinCommand(), newDoctorCommand(), newObjectCommand(), newVersionCommand(), newFieldsCommand(), newColumnsTopic(), newFiltersTopic())
	return root
}

// noCommand refuses what is none of a command's own commands.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	e := &usageError{"unknown command " + quote(args[0]), "see '" + cmd.CommandPath() + " --help'"}
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		e.hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return e
}

// noArgs refuses arguments that are no flags.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return &usageError{cmd.CommandPath() + " takes no argument, but got " + quote(args[0]), "see '" + cmd.CommandPath() + " --help'"}
}
