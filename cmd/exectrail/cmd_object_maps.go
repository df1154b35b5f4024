package main

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/exectrail/exectrail/object"
)

type mapsOptions struct {
	name   string
	sum    bool
	watch  time.Duration
	output choice
}

func newObjectMapsCommand() *cobra.Command {
	opts := mapsOptions{output: oneOf(formatText, formatJSON)}
	cmd := &cobra.Command{
		Use:   "maps FILE|ID|PIN",
		Short: "Show what is in maps that are loaded",
		Long: `Show the content of maps in the kernel, decoded by their BTF types, or else in
hexadecimal. Nothing is changed or taken out.

    ID    the map with this id (bpftool map list shows ids; a file of that name is ./ID)
    PIN   the map that is pinned at this path in a bpf file system
    FILE  the maps of this object file, while 'exectrail object run' or another program has it loaded

The kernel does not know which file a map comes from. Maps of FILE are all that have
the name (its first 15 bytes), type, key and value size, number of entries and flags of
one that the file defines, and as far as BTF tells the same type of value. Where there are several, their ids and the processes
that hold them tell them apart.

A section with variables (.data, .bss, .rodata) is shown variable by variable. Of a per-CPU map
each CPU has a line; --sum adds them. Of a queue or stack only the next
entry is shown; ring and perf buffers are streams, which 'exectrail object run' shows.

--watch shows it all again after each interval until Ctrl-C, or until the maps are gone.

With -o json each map is an object on a line:
{"map":{"name":...,"id":...},"entries":[{"key":...,"value":...}]}, with "values" by CPU instead of "value" for
per-CPU maps, and with "time" when watching.
` + exitStatusHelp,
		Example: `  sudo exectrail object maps execve.elf
  sudo exectrail object maps execve.elf --map counts --sum --watch 1s
  sudo exectrail object maps 42 -o json | jq '.entries[]'
  sudo exectrail object maps /sys/fs/bpf/flows`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usageError{cmd.CommandPath() + " takes one file, id or pin", "see '" + cmd.CommandPath() + " --help'"}
			}
			if cmd.Flags().Changed("watch") && opts.watch <= 0 {
				return &usageError{"--watch " + opts.watch.String() + " is no interval", "for example --watch 1s"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return runMaps(cmd.Context(), opts, args[0], cmd.OutOrStdout(), newUI(cmd.ErrOrStderr(), opts.output.value == formatJSON))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.name, "map", "", "only the maps of this `name`")
	flags.BoolVar(&opts.sum, "sum", false, "add the values of all CPUs")
	flags.DurationVar(&opts.watch, "watch", 0, "show it again after each `interval`, such as 1s")
	addReportFormat(cmd, &opts.output)
	return cmd
}

func runMaps(ctx context.Context, opts mapsOptions, what string, stdout io.Writer, ui *ui) error {
	p := mapPrinter{
		w: stdout, json: opts.output.value == formatJSON, watching: opts.watch > 0, clear: opts.watch > 0 && isTerminal(stdout),
	}
	for ; ; p.rounds++ {
		err := showMaps(&p, opts, what)
		if errors.Is(err, object.ErrNotLoaded) && p.rounds > 0 {
			ui.notice("%s: no longer loaded", what)
			return nil
		}
		if err != nil || opts.watch == 0 {
			return withRights(err, "run with sudo: to look for maps takes CAP_SYS_ADMIN, and to read one that is pinned CAP_BPF")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(opts.watch):
		}
	}
}

// showMaps looks for the maps each time: to hold them in between would keep them in the kernel.
func showMaps(p *mapPrinter, opts mapsOptions, what string) error {
	maps, err := object.FindMaps(what, opts.name)
	if err != nil {
		return err
	}
	var errs []error
	var contents []mapContent
	for _, m := range maps {
		read := m.Read
		if opts.sum {
			read = m.ReadSum
		}
		c, err := read()
		if errs = append(errs, err, m.Close()); err == nil {
			contents = append(contents, mapContent{m, c})
		}
	}
	return errors.Join(append(errs, p.print(contents, time.Now()))...)
}
