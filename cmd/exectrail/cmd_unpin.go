package main

import (
	"github.com/spf13/cobra"

	"github.com/exectrail/exectrail"
)

func newUnpinCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "unpin NAME",
		Short: "End a session that outlives exectrail (trace --pin), and remove it from the kernel",
		Long: `End a session that 'exectrail trace --pin NAME' has left in the kernel, and remove
it with all that was recorded and not read yet. A session that is in use is left alone.
'exectrail doctor' lists what is pinned.
` + exitStatusHelp,
		Example: `  sudo exectrail unpin audit`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usageError{"unpin takes one name", "see what is pinned: exectrail doctor"}
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if err := exectrail.CheckPinName(args[0]); err != nil {
				return &usageError{"unpin " + quote(args[0]) + ": " + err.Error(), "see what is pinned: exectrail doctor"}
			}
			return exectrail.Unpin(args[0])
		},
		ValidArgsFunction: completePins,
	}
}

// completePins completes the name of a session. Where they cannot be listed it offers none.
func completePins(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var names []cobra.Completion
	if pins, err := exectrail.Pinned(); err == nil && len(args) == 0 {
		for _, p := range pins {
			names = append(names, p.Name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
