package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strconv"

	"github.com/spf13/cobra"
)

type versionOptions struct {
	output choice
}

func newVersionCommand() *cobra.Command {
	opts := versionOptions{output: oneOf(formatText, formatJSON)}
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Show the version",
		Long: `Show the version of exectrail, and with what it was built.
` + exitStatusHelp,
		Example: `  exectrail version
  exectrail version -o json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			info, _ := debug.ReadBuildInfo()
			return runVersion(opts, info, cmd.OutOrStdout())
		},
	}
	addReportFormat(cmd, &opts.output)
	return cmd
}

func runVersion(opts versionOptions, info *debug.BuildInfo, stdout io.Writer) error {
	b := readBuild(info)
	if opts.output.value == formatJSON {
		return json.NewEncoder(stdout).Encode(b)
	}
	_, err := fmt.Fprintln(stdout, b)
	return err
}

// build tells what this binary was made from.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Modified bool   `json:"modified,omitempty"` // the sources differed from Revision
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

// readBuild takes the build from what the Go tool left in the binary; info may be nil.
func readBuild(info *debug.BuildInfo) build {
	b := build{Version: "(unknown)", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if info == nil {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified, _ = strconv.ParseBool(s.Value)
		}
	}
	return b
}

func (b build) String() string {
	s := "exectrail " + b.Version
	if b.Revision != "" {
		s += " (" + b.Revision
		if b.Modified {
			s += ", modified"
		}
		s += ")"
	}
	return fmt.Sprintf("%s %s %s/%s", s, b.Go, b.OS, b.Arch)
}
