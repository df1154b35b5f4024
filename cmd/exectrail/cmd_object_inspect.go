package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/exectrail/exectrail/object"
)

type inspectOptions struct {
	output      choice
	load        bool
	verifierLog bool
}

func newObjectInspectCommand() *cobra.Command {
	opts := inspectOptions{output: oneOf(formatText, formatJSON)}
	cmd := &cobra.Command{
		Use:   "inspect FILE",
		Short: "Tell what maps and programs an object has, and whether this kernel can load them",
		Long: `Tell what is in a file that was compiled for eBPF: its maps, and its programs with
where they would be attached, what they call in the kernel, and whether the running
kernel can load them. Nothing of the file is loaded: the kernel is asked by programs
of two instructions each. For that it takes root; without, the answer may be unknown.

With --load, maps and programs are loaded too, each program by itself, and freed at
once. Nothing is attached or pinned. What the verifier says of a program that it refuses
is cut to its last lines, unless --verifier-log asks for all.
` + exitStatusHelp + `
It fails if the file cannot be read, and with --load if anything cannot be loaded.
`,
		Example: `  sudo exectrail object inspect execve.elf
  sudo exectrail object inspect --load --verifier-log execve.elf
  exectrail object inspect -o json execve.elf | jq -r '.programs[] | select(.loadable == "no") | .reason'`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usageError{fmt.Sprintf("inspect takes one file, but got %d", len(args)), "see '" + cmd.CommandPath() + " --help'"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return runObjectInspect(opts, args[0], cmd.OutOrStdout())
		},
	}
	addReportFormat(cmd, &opts.output)
	cmd.Flags().BoolVar(&opts.load, "load", false, "load the maps and programs too, and free them")
	cmd.Flags().BoolVar(&opts.verifierLog, "verifier-log", false, "show all that the verifier says of programs it refuses (with --load)")
	return cmd
}

func runObjectInspect(opts inspectOptions, file string, stdout io.Writer) error {
	if opts.verifierLog && !opts.load {
		return &usageError{"--verifier-log shows what the verifier says, and nothing is loaded", "add --load"}
	}
	o, err := object.Open(file)
	if err != nil {
		return err
	}
	report := newInspection(file, o)
	report.addSupport(o.Support())
	report.addPlacements(o.Placements())
	if opts.load {
		maps, programs := o.LoadCheck()
		report.addLoaded(maps, programs, opts.verifierLog)
	}
	write := writeInspection
	if opts.output.value == formatJSON {
		write = func(w io.Writer, r *inspection) error { return json.NewEncoder(w).Encode(r) }
	}
	if err := write(stdout, report); err != nil {
		return err
	}
	return report.err()
}
