package main

import (
	"regexp"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/internal/gate"
)

type runOptions struct {
	user     string
	pid      pidFlag
	cgroup   string
	waitTree bool
	duration time.Duration

	report     string
	top        int
	tree       bool
	timeline   string
	trace      string
	folded     string
	foldedBy   choice
	save       string
	output     traceFormat // its kind is empty when no events are asked for
	columns    string
	outputFile string

	deny      []string
	allowFile string
	learn     string

	failed     bool
	bufferSize byteSize
	failOnLoss bool
	bestEffort bool

	redact         choice
	redactPatterns []string
	patterns       []*regexp.Regexp

	keepPrivileges bool
	quiet          bool
	verbose        bool
}

func newRunCommand(ignored []unix.Signal) *cobra.Command {
	opts := &runOptions{foldedBy: oneOf(foldedByCPU, foldedByWall), redact: redactModes(), bufferSize: exectrail.DefaultBufferSize, top: 5}
	cmd := &cobra.Command{
		Use:   "run [flags] -- COMMAND [ARG...]",
		Short: "Run a command and tell what it really ran, and where the time went",
		Long: `Run a command, record every process below it, and report on stderr what they
executed, what failed, and where the time went. The command runs at full speed, with
the directory, terminal, standard streams and signals that it would have without
exectrail. Under sudo it runs as the user who called sudo, with the environment of that
user; --user names another one. Its exit status is that of exectrail.

All processes that the command creates are recorded in the kernel, from before its first
exec on, those that become daemons or lose their parent among them. The recording ends
with the command; --wait-tree waits for the last of its processes. --pid and --cgroup
attach to what already runs instead, until that ends, or until Ctrl-C or --duration.

The report has counts, times, the programs that took most, the slowest processes, commands
that were repeated, and the critical path: the chain of processes that determined how long
it took. The own time of a process is that in which it lived and no child of it did.

--timeline writes a page for a browser that shows each process over time, --trace a file for
Perfetto or chrome://tracing, --folded stacks for flame graphs, --save all of it, for
'exectrail diff'. What they hold may be secret: files are created for the user alone whom
the command is for, and secrets in arguments are replaced as 'exectrail trace' does, in the
report as well if anything is written to a file or a pipe.

A guard makes the exit status 4 when something ran that is not allowed, and the report tells
what, when and by whom. --deny EXPR is about what is executed, in the language of
'exectrail help filters'. --allow-file FILE allows some programs only: a glob of paths on
each line, with sha256:DIGEST behind it if only one file may be there. --learn FILE writes such
a list of what ran; what the command made itself may be any file. A script has to be allowed,
and its interpreter too. What could not be recorded is not allowed either.

Recording needs the capabilities CAP_BPF and CAP_PERFMON, as root has them: without, nothing is
run, unless --best-effort runs the command unrecorded.
` + exitStatusHelp + `    3  events were lost, and --fail-on-loss was given
    4  something ran that is not allowed (--deny, --allow-file), whatever the command's own status
  126  the command cannot be executed
  127  the command was not found
  128+N  signal N ended the command
    N  the command's own status, unless 4 holds, or it is 0 and another one of those above holds
`,
		Example: `  # What does this build run?
  sudo exectrail run -- make -j2

  # Look at it in a browser
  sudo exectrail run --timeline build.html -- make -j2

  # What changed from one build to the next?
  sudo exectrail run --save before.trail -- make
  sudo exectrail run --save after.trail -- make CC=clang
  exectrail diff before.trail after.trail

  # The build must run nothing new, and nothing from /tmp
  sudo exectrail run --learn build.allow -- make
  sudo exectrail run --allow-file build.allow -- make
  sudo exectrail run --deny 'exe startsWith "/tmp/"' -- make

  # What does this server start in the next minute?
  sudo exectrail run --pid 4242 --duration 1m --tree`,
		Args: opts.validateArgs,
		RunE: func(cmd *cobra.Command, argv []string) error {
			if err := opts.validate(cmd.Flags().Changed); err != nil {
				return err
			}
			std := streams{cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()}
			r := &recording{opts: opts, std: std, ui: newUI(std.err, opts.output.kind == formatJSON), argv: argv}
			if opts.attaches() {
				return r.attach(cmd.Context())
			}
			return r.run(cmd.Context(), gate.OwnEnviron(), ignored)
		},
		ValidArgsFunction: completeCommand,
	}
	opts.addFlags(cmd)
	return cmd
}

// The values of --folded-by.
const (
	foldedByCPU  = "cpu"
	foldedByWall = "wall"
)

func (o *runOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	// What follows the command are its own flags, with -- before it or without.
	f.SetInterspersed(false)

	f.StringVar(&o.user, "user", "", "run the command as the user `NAME` (or id) instead of who called sudo")
	f.Var(&o.pid, "pid", "attach to the process `PID` and all below it, until it ends")
	f.StringVar(&o.cgroup, "cgroup", "", "attach to the processes in the control group `PATH` or below it, until it is removed")
	f.BoolVar(&o.waitTree, "wait-tree", false, "go on until the last process below the command has ended, too")
	f.DurationVar(&o.duration, "duration", 0, "with --pid or --cgroup, end after this time, such as 90s or 1h")

	f.StringVar(&o.report, "report", "", "write the report to `file` instead of stderr; as Markdown if its name ends in .md")
	f.IntVar(&o.top, "top", o.top, "how many entries the lists of the report have")
	f.BoolVar(&o.tree, "tree", false, "print all processes as a tree, with their times, on stdout")
	f.StringVar(&o.timeline, "timeline", "", "write a page that shows all processes over time to `file`, such as build.html")
	f.StringVar(&o.trace, "trace", "", "write a trace for Perfetto or chrome://tracing to `file`, such as build.json")
	f.StringVar(&o.folded, "folded", "", "write stacks of programs for flame graphs to `file`")
	f.Var(&o.foldedBy, "folded-by", "what the stacks count: "+alternatives(o.foldedBy.allowed)+" time")
	f.StringVar(&o.save, "save", "", "keep what was recorded in `file`, such as build.trail, for exectrail diff")
	f.VarP(&o.output, "output", "o", "print the events, too, as they happen, in a `format`: json, table, or template=TEXT (a Go template over the columns)")
	f.StringVar(&o.columns, "columns", "", "`columns` of the table: a list, or changes such as +cwd,-gid")
	f.StringVar(&o.outputFile, "output-file", "", "write the events of -o to `file` instead of stdout")

	f.StringArrayVar(&o.deny, "deny", nil, "exit with 4 if something ran for which `EXPR` holds; can be given several times")
	f.StringVar(&o.allowFile, "allow-file", "", "exit with 4 if something ran that the list in `file` does not allow")
	f.StringVar(&o.learn, "learn", "", "write a list of what ran to `file`, for --allow-file")

	f.BoolVar(&o.failed, "failed", false, "record execs that failed, whatever it costs")
	f.Var(&o.bufferSize, "buffer-size", "memory of the kernel's ring buffers, such as 128M; rounded up to a power of two")
	f.BoolVar(&o.failOnLoss, "fail-on-loss", false, "exit with 3 if events were lost")
	f.BoolVar(&o.bestEffort, "best-effort", false, "run the command even if it cannot be recorded")

	f.Var(&o.redact, "redact", "replace secrets in arguments: "+alternatives(o.redact.allowed)+" (unless a terminal alone shows them)")
	f.Lookup("redact").NoOptDefVal = redactOn
	f.StringArrayVar(&o.redactPatterns, "redact-pattern", nil, "what this regular `expression` (RE2) matches, or its first group, is a secret, too; can be given several times")
	f.BoolVar(&o.keepPrivileges, "keep-privileges", false, "do not give up privileges once they are not needed any more")
	f.BoolVar(&o.quiet, "quiet", false, "no report on stderr, and no messages but failures")
	f.BoolVar(&o.verbose, "verbose", false, "tell on stderr what is going on")

	complete(cmd, "folded-by", o.foldedBy.allowed...)
	complete(cmd, "redact", o.redact.allowed...)
	complete(cmd, "output", formatJSON, formatTable, formatTemplate+"=")
}

// attaches reports whether the session is about what runs already.
func (o *runOptions) attaches() bool { return o.pid != 0 || o.cgroup != "" }

// completeCommand leaves to the shell what it does for the names of files.
func completeCommand(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}
