// Command exectrail shows every program that is executed on a Linux machine.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// The exit codes of every command. Each command's help repeats them.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
	exitLost   = 3 // events were lost and --fail-on-loss was given
)

func main() {
	// A write to a closed pipe then fails with EPIPE instead of killing the process.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the whole program but for the process around it.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	// A signal ends the context, and from then on has its default effect again:
	// the second Ctrl-C ends the process at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)

	root := newRootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err != nil && !isClosedPipe(err) {
		newUI(stderr, asksForJSON(args)).failure(err)
	}
	return exitCode(err)
}

func exitCode(err error) int {
	var usage *usageError
	var lost *lossError
	switch {
	case err == nil, isClosedPipe(err):
		return exitOK
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &lost):
		return exitLost
	}
	return exitFailed
}

// isClosedPipe reports whether whoever read the output has gone, as in
// "exectrail | head": they saw what they wanted.
func isClosedPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
