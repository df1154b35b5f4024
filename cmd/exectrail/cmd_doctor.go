package main

import (
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"github.com/exectrail/exectrail/internal/probe"
)

type doctorOptions struct {
	output choice
}

func newDoctorCommand() *cobra.Command {
	opts := doctorOptions{output: oneOf(formatText, formatJSON)}
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Tell whether this machine can be traced, and what is missing",
		Long: `Try everything that tracing needs on this machine: the kernel's type
information, the capabilities held, memory for the ring buffer, and each kind
of program at its hook. What is tried is removed at once. What tracing needs and does not find is missing; what it can do
without is unavailable.
` + exitStatusHelp,
		Example: `  sudo exectrail doctor
  exectrail doctor -o json | jq '.checks[] | select(.state == "missing")'`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runDoctor(opts, probe.Examine(), cmd.OutOrStdout())
		},
	}
	addReportFormat(cmd, &opts.output)
	return cmd
}

func runDoctor(opts doctorOptions, report probe.Report, stdout io.Writer) error {
	write := writeReport
	if opts.output.value == formatJSON {
		write = func(w io.Writer, r probe.Report) error { return json.NewEncoder(w).Encode(r) }
	}
	if err := write(stdout, report); err != nil {
		return err
	}
	return report.Err()
}
