package main

import (
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink"
	"github.com/exectrail/exectrail/sink/template"
)

// validateArgs finds whether there is a command where one is needed.
func (o *runOptions) validateArgs(_ *cobra.Command, argv []string) error {
	switch {
	case o.attaches() && len(argv) > 0:
		return &usageError{"--pid and --cgroup attach to what runs, and " + quote(argv[0]) + " would be run", "leave out one of them"}
	case !o.attaches() && len(argv) == 0:
		return &usageError{"run takes a command", "such as: exectrail run -- make"}
	}
	return nil
}

// validate finds what makes no sense. given tells whether a flag was set on the command line.
func (o *runOptions) validate(given func(flag string) bool) error {
	if err := o.validateTarget(given); err != nil {
		return err
	}
	switch {
	case o.top < 1:
		return &usageError{"--top must be at least 1", "such as --top 10"}
	case given("folded-by") && o.folded == "":
		return &usageError{"--folded-by is for --folded", "give --folded FILE, too"}
	case o.outputFile != "" && o.output.kind == "":
		return &usageError{"--output-file is for the events of -o", "give -o json, too"}
	case given("columns") && o.output.kind != formatTable:
		return &usageError{"--columns is for tables", "give -o table, too"}
	case o.tree && o.output.kind != "" && o.outputFile == "":
		return &usageError{"--tree and -o both write to stdout", "give --output-file FILE for the events"}
	case o.bestEffort && o.guards():
		return &usageError{"--best-effort runs the command unrecorded, and nothing would be found that is not allowed", "leave out --best-effort"}
	case o.quiet && o.verbose:
		return &usageError{"--quiet and --verbose contradict each other", "see 'exectrail run --help'"}
	}
	if o.output.kind == formatTemplate {
		if _, err := template.New(sink.NewWriter(io.Discard, 0), o.output.template); err != nil {
			return &usageError{err.Error(), "columns are written {{.pid}}; see 'exectrail help columns'"}
		}
	}
	if _, err := event.ParseColumns(o.columns); err != nil {
		return &usageError{"--columns: " + err.Error(), "see 'exectrail help columns'"}
	}
	patterns, err := parsePatterns(o.redact, o.redactPatterns)
	o.patterns = patterns
	if err != nil {
		return err
	}
	for _, f := range o.files() {
		if f.path == "-" {
			return &usageError{"--" + f.flag + " takes the name of a file, and - is none", "such as --" + f.flag + " /dev/stdout, which the command writes to as well"}
		}
	}
	return differentFiles(o.files())
}

// validateTarget finds flags that do not go with a command, or with what one attaches to.
func (o *runOptions) validateTarget(given func(flag string) bool) error {
	switch {
	case o.pid != 0 && o.cgroup != "":
		return &usageError{"--pid and --cgroup both say what to attach to", "give one of them"}
	case o.attaches() && o.user != "":
		return &usageError{"--user is for a command, and --pid and --cgroup attach to what runs", "leave it out"}
	case o.attaches() && o.bestEffort:
		return &usageError{"--best-effort is for a command, and --pid and --cgroup attach to what runs", "leave it out"}
	case given("duration") && !o.attaches():
		return &usageError{"--duration is for --pid and --cgroup, and a command ends by itself", "such as: exectrail run -- timeout 90s COMMAND"}
	case given("duration") && o.duration <= 0:
		return &usageError{"--duration must be longer than nothing", "such as --duration 90s"}
	case o.waitTree && o.cgroup != "":
		return &usageError{"--wait-tree is for a command or --pid: a control group is no tree", "leave it out; it ends when the control group is removed"}
	case o.pid != 0 && !isProcess(int(o.pid)):
		return noProcess("pid", o.pid)
	}
	return nil
}

// A fileFlag is a flag that names a file.
type fileFlag struct{ flag, path string }

// files returns what is read or written.
func (o *runOptions) files() []fileFlag {
	return []fileFlag{
		{"report", o.report}, {"timeline", o.timeline}, {"trace", o.trace}, {"folded", o.folded}, {"save", o.save},
		{"learn", o.learn}, {"output-file", o.outputFile}, {"allow-file", o.allowFile},
	}
}

// differentFiles refuses to use a file twice: one use would destroy the other. It knows - for the standard streams and
// leaves out flags without a file.
func differentFiles(files []fileFlag) error {
	flags := map[string]string{}
	for _, f := range files {
		if f.path == "" || f.path == "-" {
			continue
		}
		path := filepath.Clean(f.path)
		if other, ok := flags[path]; ok {
			return &usageError{"--" + other + " and --" + f.flag + " name the same file", "name two files"}
		}
		flags[path] = f.flag
	}
	return nil
}
