package main

import "github.com/spf13/cobra"

func newObjectCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "object",
		Short: "Show, run and clean up any compiled eBPF object",
		Long: `Work with a file that clang has compiled for eBPF, whatever is in it: see what it
would attach, run it and look at what it sends, read its maps, and remove what a
run that crashed has left in the kernel.
` + exitStatusHelp,
		Args: noCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.SuggestionsMinimumDistance = 2
	cmd.AddCommand(newObjectInspectCommand(), newObjectRunCommand(), newObjectMapsCommand(), newObjectCleanupCommand())
	return cmd
}
