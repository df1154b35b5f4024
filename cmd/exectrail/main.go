// Command exectrail shows every program that is executed on a Linux machine.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/gate"
)

// The exit codes of every command. Each command's help repeats them.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
	exitLost   = 3 // events were lost and --fail-on-loss was given
	exitGuard  = 4 // run: something ran that was not allowed to
)

func main() {
	if gate.IsGate(os.Args) {
		os.Exit(gate.Main(os.Args))
	}
	ignored := gate.Ignored()
	// A write to a closed pipe then fails with EPIPE instead of killing the process.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(run(os.Args[1:], ignored, os.Stdin, os.Stdout, os.Stderr))
}

// run is the whole program but for the process around it, which was started to ignore some signals.
func run(args []string, ignored []unix.Signal, stdin io.Reader, stdout, stderr io.Writer) int {
	// A signal ends the context, and from then on has its default effect again:
	// the second Ctrl-C ends the process at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)

	root := newRootCommand(ignored)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err != nil && !isClosedPipe(err) && !isStatus(err) {
		if cmd.Name() == "run" { // what follows the command are flags of its own
			args = args[:len(args)-len(cmd.Flags().Args())]
		}
		newUI(stderr, asksForJSON(args)).failure(err)
	}
	return exitCode(err)
}

func exitCode(err error) int {
	var usage *usageError
	var lost *lossError
	var guarded *guardError
	var command *statusError
	var refused *gate.ExecError
	switch {
	case err == nil, isClosedPipe(err):
		return exitOK
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &lost):
		return exitLost
	case errors.As(err, &guarded):
		return exitGuard
	case errors.As(err, &command):
		return command.status
	case errors.As(err, &refused):
		return refused.Status()
	}
	return exitFailed
}

// isStatus reports whether err is nothing but the status of a command, which has told by itself what there is to tell.
func isStatus(err error) bool {
	var command *statusError
	return errors.As(err, &command)
}

// isClosedPipe reports whether whoever read the output has gone, as in
// "exectrail | head": they saw what they wanted.
func isClosedPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
