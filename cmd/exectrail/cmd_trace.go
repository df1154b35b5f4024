package main

import (
	"os"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"github.com/exectrail/exectrail"
)

type traceOptions struct {
	columns    string
	wide       bool
	tree       bool
	timestamps choice
	output     traceFormat
	outputFile string

	choose filterOptions

	failed     failedFlag
	noFailed   bool
	attach     choice
	noCollapse bool

	exits      bool
	forks      bool
	env        []string
	noSelf     bool
	bufferSize byteSize
	saveRaw    string
	replay     string
	seenFile   string

	duration   time.Duration
	count      uint64
	failOnLoss bool

	pin string

	keepPrivileges bool

	redact         choice
	redactPatterns []string
	patterns       []*regexp.Regexp

	quiet   bool
	verbose bool
}

func newTraceCommand() *cobra.Command {
	opts := &traceOptions{
		output:     traceFormat{kind: formatTable},
		attach:     attachPlans(),
		redact:     redactModes(),
		timestamps: oneOf("local", "utc", "rfc3339", "delta"),
		bufferSize: exectrail.DefaultBufferSize,
	}
	cmd := &cobra.Command{
		Use:   "trace",
		Short: "Show every program that is executed, as it happens",
		Long: `Show every program that is executed on this machine, with the arguments it
received, from now until Ctrl-C. What was executed is counted by the kernel:
if an event is lost, the output says so in its place, and a summary on stderr
tells at the end how many were executed, recorded and lost.

Whoever reads the output may be slow: 16 MiB wait for a pipe that is blocked or a
disk that is full. Beyond that events are lost to that output alone, which is told in
its place, too; a recording (--save-raw) has a queue of its own. The end waits for the
output: a second Ctrl-C ends it at once.

An exec that failed is shown with the reason. The kernel's trampolines (fexit) or
kretprobes tell of it. On a kernel with neither, failed execs are recorded only
with --failed, by a tracepoint that makes every system call of the machine slower.

Tracing needs the capabilities CAP_BPF and CAP_PERFMON, as root has them, and a
kernel with BTF: see 'exectrail doctor'. A recording (--save-raw) can be read
anywhere, by anyone (--replay).

Once the programs are in the kernel and the files are open, exectrail gives up
what it does not need any more: all capabilities but those that it takes to read
/proc of other users (CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH; and CAP_BPF before
Linux 5.19), and the system calls to start programs, to write to other files, to
use the network and to load more into the kernel. --keep-privileges prevents that.

Secrets in arguments and variables are replaced by [redacted]: what follows flags such
as --password, stands under such a name or in an address, or has the shape of a token.
That is so for all that is written to a file or a pipe, recordings included, where their
length stays; not for what a terminal shows. --redact and --redact=off decide it for
all. A secret that neither its name nor its shape tells stays: --redact-pattern is for
those, and redacts what a terminal shows, too. The kernel, and a pinned session, hold everything as it was.

With --pin NAME the session outlives this process. When it ends, by Ctrl-C or by
any accident, the kernel goes on recording into its rings, and the next start with
the same name goes on after the event that was written last: none is missing and
none comes twice, as long as the rings have room. --output-file is then appended to,
and a table shows each failed exec of a walk along PATH (as with --no-collapse).
To a pipe, what was being written when exectrail was killed may come once more, as
may records in the file of --save-raw, of which each start writes its own.
--env, --failed, --attach, --buffer-size and what the kernel decides of filters have to
stay the same. 'exectrail unpin NAME' ends the session, and 'exectrail doctor' lists what is pinned.

--filter and its short forms (--pid to --host-only) choose what is shown; all of them
have to hold. What the kernel can decide of it is decided there, before anything is
recorded, and counted as filtered; the summary tells how many of the recorded were shown
after the rest. Events that tell of loss or of the clock are always shown.

Columns +signals shows what is out of the ordinary with a program: that it runs from a
memfd or a deleted file, that its input is a pipe or a socket, that a script was
handed to it inline, that its file was not executed before, and more; docs/events.md lists
them. For the last, --seen-file keeps from one session to the next what was executed.

With -o json, messages on stderr are JSON objects too, one on a line; a failure
has the field error.message.
` + exitStatusHelp + `    3  events were lost, and --fail-on-loss was given
`,
		Example: `  # Everything, as a table
  sudo exectrail

  # Who starts what: indented by ancestry, with exits
  sudo exectrail --tree --exits

  # One minute as JSON, to a file that only its owner can read
  sudo exectrail -o json --duration 1m --output-file execs.json

  # What fails, and why
  sudo exectrail --failed=only --columns +reason

  # Only what one asks for
  sudo exectrail --filter 'uid != 0 && exe startsWith "/tmp"'
  sudo exectrail --exits --filter 'duration > 10s || ancestors any {.name == "sshd"}'
  sudo exectrail --under 4242 --user ann

  # What is out of the ordinary with each program
  sudo exectrail --columns +signals

  # Add columns, leave one out; or choose them all
  sudo exectrail --columns +cwd,-gid
  sudo exectrail --columns time,uid,exe,command

  # Lines of one's own
  sudo exectrail -o template='{{.pid}} {{.command}}'

  # Miss nothing while exectrail is restarted or upgraded
  sudo exectrail --pin audit -o json --output-file execs.json

  # Keep the numbers of customers out of the file, too
  sudo exectrail -o json --output-file execs.json --redact-pattern 'customer=(\d+)'

  # Record here, look elsewhere
  sudo exectrail --save-raw night.raw --output-file /dev/null
  exectrail trace --replay night.raw --tree`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := opts.validate(cmd.Flags().Changed); err != nil {
				return err
			}
			if !cmd.Flags().Changed("seen-file") {
				opts.seenFile = seenFileOf(os.Getenv("STATE_DIRECTORY"))
			}
			return runTrace(cmd.Context(), opts, streams{cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()})
		},
	}
	opts.addFlags(cmd)
	return cmd
}

func (o *traceOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false

	f.VarP(&o.output, "output", "o", "output `format`: table, json, or template=TEXT (a Go template over the columns)")
	f.StringVar(&o.outputFile, "output-file", "", "write to `file` (created for its owner only) instead of stdout")
	f.StringVar(&o.columns, "columns", "", "`columns` of the table: a list, or changes such as +cwd,-gid")
	f.BoolVar(&o.wide, "wide", false, "do not cut lines to the width of the terminal")
	f.BoolVar(&o.tree, "tree", false, "indent commands by ancestry")
	f.Var(&o.timestamps, "timestamps", "how to show times: "+alternatives(o.timestamps.allowed)+" (the time since the event before)")

	o.choose.addFlags(cmd)

	f.Var(&o.failed, "failed", "show execs that failed, whatever it costs to record them; --failed=only shows no others")
	f.Lookup("failed").NoOptDefVal = string(failedToo)
	f.BoolVar(&o.noFailed, "no-failed", false, "do not record execs that failed")
	f.Var(&o.attach, "attach", "how to record execs that failed: "+alternatives(o.attach.allowed))
	f.BoolVar(&o.noCollapse, "no-collapse", false, "show each failed exec of a walk along PATH, and not one line for all")

	f.BoolVar(&o.exits, "exits", false, "show the end of processes, too")
	f.BoolVar(&o.forks, "forks", false, "show new processes, too")
	f.StringSliceVar(&o.env, "env", nil, "record these environment variables: `NAME,...` or all")
	f.BoolVar(&o.noSelf, "no-self", false, "leave out what exectrail itself does")

	f.DurationVar(&o.duration, "duration", 0, "end after this time, such as 90s or 1h")
	f.Uint64Var(&o.count, "count", 0, "end after `N` executed programs")
	f.BoolVar(&o.failOnLoss, "fail-on-loss", false, "exit with 3 if events were lost")

	f.Var(&o.bufferSize, "buffer-size", "memory of the kernel's ring buffers, such as 128M; rounded up to a power of two")
	f.StringVar(&o.saveRaw, "save-raw", "", "also write a recording to `file` (created for its owner only)")
	f.StringVar(&o.replay, "replay", "", "read a recording from `file` (- for stdin) instead of tracing")

	f.StringVar(&o.seenFile, "seen-file", defaultSeenFile, "remember in `file` which programs were executed, to tell which are new; in $STATE_DIRECTORY if that is set; empty for not")

	f.StringVar(&o.pin, "pin", "", "leave the session in the kernel as `NAME` when this ends, and go on with it at the next start")

	f.Var(&o.redact, "redact", "replace secrets in arguments and variables: "+alternatives(o.redact.allowed)+" (unless a terminal shows them)")
	f.Lookup("redact").NoOptDefVal = redactOn
	f.StringArrayVar(&o.redactPatterns, "redact-pattern", nil, "what this regular `expression` (RE2) matches, or its first group, is a secret, too; can be given several times")

	f.BoolVar(&o.keepPrivileges, "keep-privileges", false, "do not give up privileges once they are not needed any more")

	f.BoolVar(&o.quiet, "quiet", false, "no messages but failures")
	f.BoolVar(&o.verbose, "verbose", false, "tell on stderr what is going on, and at the end what each stage counted")

	completeTrace(cmd, o)
}
