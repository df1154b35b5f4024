package main

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// quote shows an argument of the command line in a message.
func quote(s string) string { return strconv.Quote(s) }

// choice is a flag that takes one of some words, the first unless told otherwise.
type choice struct {
	value   string
	allowed []string
}

func oneOf(words ...string) choice { return choice{words[0], words} }

// String, Set and Type implement pflag.Value.
func (c *choice) String() string { return c.value }

func (c *choice) Set(s string) error {
	if !slices.Contains(c.allowed, s) {
		return errors.New("must be " + alternatives(c.allowed))
	}
	c.value = s
	return nil
}

func (c *choice) Type() string { return "word" }

// alternatives joins words as in "a, b or c".
func alternatives(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// addReportFormat adds the flag -o of commands that print one report.
func addReportFormat(cmd *cobra.Command, format *choice) {
	cmd.Flags().VarP(format, "output", "o", "output `format`: "+alternatives(format.allowed))
	complete(cmd, "output", format.allowed...)
}

// complete offers the values of a flag to the shell.
func complete(cmd *cobra.Command, flag string, values ...string) {
	completeWith(cmd, flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

func completeWith(cmd *cobra.Command, flag string, f cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, f); err != nil {
		// The flag does not exist, or has completion already: a mistake in this program.
		panic(err)
	}
}

// asksForJSON reports whether a command line asks for JSON output. It works
// on one that cannot be parsed too, since that failure is to be told in JSON as well.
func asksForJSON(args []string) bool {
	for i, arg := range args {
		if arg == "--" {
			return false
		}
		value := ""
		switch name, v, attached := strings.Cut(arg, "="); {
		case name == "-o" || name == "--output":
			if value = v; !attached && i+1 < len(args) {
				value = args[i+1]
			}
		case strings.HasPrefix(arg, "-o"):
			value = strings.TrimPrefix(arg, "-o")
		}
		if value == formatJSON {
			return true
		}
	}
	return false
}
