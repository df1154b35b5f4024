package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/internal/confine"
	"github.com/exectrail/exectrail/internal/gate"
	"github.com/exectrail/exectrail/internal/lives"
)

// statusInterrupted is the status of a command that Ctrl-C ended, as a shell has it.
const statusInterrupted = 128 + int(unix.SIGINT)

// recording is one session of run.
type recording struct {
	opts *runOptions
	std  streams
	ui   *ui
	argv []string // nil when it attaches

	guard     *guard
	tracer    *exectrail.Tracer
	outputs   outputs
	results   *results // of the events themselves; nil when none are asked for
	collector *lives.Collector
	command   *command  // nil when it attaches
	attached  time.Time // zero when it runs a command
}

// run runs the command. ignored are the signals that it ignores.
func (r *recording) run(parent context.Context, environ []string, ignored []unix.Signal) error {
	var err error
	if r.guard, err = newGuard(r.opts); err != nil {
		return err
	}
	user, err := r.opts.commandUser()
	if err != nil {
		return err
	}
	c, err := startCommand(r.argv, user, environ, ignored)
	if err != nil {
		return err
	}
	if err := r.prepare(parent, exectrail.Terms{Under: exectrail.Self}, user); err != nil {
		if errors.Is(err, parent.Err()) { // Ctrl-C came first
			return errors.Join(statusOf(statusInterrupted), c.gate.Abandon())
		}
		if r.opts.bestEffort && r.tracer == nil && parent.Err() == nil {
			return r.runUnrecorded(c, err)
		}
		if r.tracer == nil {
			err = &unrecordedError{err}
		}
		return errors.Join(err, c.gate.Abandon())
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(parent))
	defer stop()
	r.giveUpPrivileges(c.gate.PID())
	defer c.close()
	if parent.Err() != nil {
		return errors.Join(statusOf(statusInterrupted), c.gate.Abandon(), r.close(parent))
	}
	r.command = c
	if err := c.open(stop); err != nil {
		<-c.done
		return errors.Join(err, r.close(ctx))
	}
	tree := newLiveTree(stop)
	go func() {
		<-c.done
		if r.opts.waitTree {
			tree.waitForRest(ctx)
		}
		stop()
	}()
	err = r.record(ctx, tree)
	<-c.done
	if c.err != nil {
		err = errors.Join(err, c.err)
	}
	// From here on Ctrl-C ends the rest, too.
	c.resetSignals()
	return r.finish(ctx, c.status, err)
}

// runUnrecorded runs a command that cannot be recorded, for the given reason.
func (r *recording) runUnrecorded(c *command, reason error) error {
	if !r.opts.quiet {
		r.ui.notice("cannot record, and runs the command all the same: %v", reason)
		if hint := hintOf(reason); hint != "" {
			r.ui.hint(hint)
		}
	}
	defer c.close()
	if err := c.open(func() {}); err != nil {
		<-c.done
		return err
	}
	<-c.done
	if c.err != nil {
		return c.err
	}
	return statusOf(c.status)
}

// unrecordedError says why a command cannot be recorded, and was not run.
type unrecordedError struct{ error }

func (e *unrecordedError) Unwrap() error { return e.error }

// Hint returns what to do about it, or how to run the command all the same.
func (e *unrecordedError) Hint() string {
	const unrecorded = "--best-effort runs the command unrecorded"
	if hint := hintOf(e.error); hint != "" {
		return hint + ", or: " + unrecorded
	}
	return unrecorded
}

// prepare opens all that a session takes.
func (r *recording) prepare(ctx context.Context, terms exectrail.Terms, user *gate.User) error {
	r.collector = lives.NewCollector(r.argv)
	r.collector.AttachedTo(uint32(r.opts.pid))
	tracer, err := exectrail.Open(ctx, r.options(terms)...)
	if err != nil {
		return err
	}
	r.tracer = tracer
	if r.outputs, err = r.opts.createOutputs(user, r.guard); err != nil {
		return errors.Join(err, tracer.Close())
	}
	if r.opts.output.kind != "" {
		if r.results, err = r.openResults(user); err != nil {
			return errors.Join(err, r.outputs.close(), tracer.Close())
		}
	}
	if r.opts.verbose {
		for _, text := range append(failedNotices(tracer), tracer.Limits()...) {
			r.notice("%s", text)
		}
	}
	return nil
}

// openResults opens the output of -o.
func (r *recording) openResults(user *gate.User) (*results, error) {
	o := &traceOptions{output: r.opts.output, columns: r.opts.columns, outputFile: r.opts.outputFile, timestamps: oneOf("local")}
	out := r.std.out
	if r.opts.outputFile != "" {
		f, err := createFor(user, r.opts.outputFile)
		if err == nil {
			err = empty(f)
		}
		if err != nil {
			return nil, fmt.Errorf("create output file: %w", err)
		}
		out = f
	}
	return openResultsTo(o, out, r.tracer.CanWait, r.ui)
}

func (r *recording) options(terms exectrail.Terms) []exectrail.Option {
	options := []exectrail.Option{
		exectrail.WithTerms(terms), exectrail.WithForks(), exectrail.WithExits(),
		exectrail.WithBufferSize(int(r.opts.bufferSize)), exectrail.WithRedaction(redaction(r.opts.redact, r.opts.patterns, r.showsOnly())),
	}
	if r.opts.failed {
		options = append(options, exectrail.WithFailed())
	}
	if r.guard.late() {
		options = append(options, exectrail.WithContainerNames())
	}
	if r.guard.asksSignals() || r.opts.output.kind == formatJSON || r.opts.output.kind == formatTemplate {
		options = append(options, exectrail.WithLoaderEnv())
	}
	if !r.guard.reads() && r.opts.output.kind == "" {
		options = append(options, exectrail.WithLatency(unhurried))
	}
	if r.opts.verbose {
		options = append(options, exectrail.WithLogger(newLogger(r.std.err, r.opts.output.kind)))
	}
	return options
}

// unhurried is how long events may wait when nobody looks at them before the end: so the command has the machine for itself.
const unhurried = 50 * time.Millisecond

// showsOnly reports whether nothing but a terminal gets to see what was recorded.
func (r *recording) showsOnly() bool {
	for _, f := range r.opts.files() {
		if f.path != "" && f.flag != "allow-file" {
			return false
		}
	}
	stdout := r.opts.tree || r.opts.output.kind != ""
	return isTerminal(r.std.err) && (!stdout || isTerminal(r.std.out))
}

// giveUpPrivileges leaves this process what it takes from the start of a session to its end, with a child or without (0).
func (r *recording) giveUpPrivileges(child int) {
	if r.opts.keepPrivileges {
		return
	}
	needs := confine.Kernel | confine.Processes
	if child != 0 {
		needs |= confine.Child
	}
	if err := confine.Process(needs, child); err != nil {
		r.notice(cannotGiveUp, err)
	}
}

// record takes all events until the context ends the session.
func (r *recording) record(ctx context.Context, tree *liveTree) error {
	if r.results != nil {
		r.results.Begin()
	}
	for e, err := range r.tracer.Events(ctx) {
		if err != nil {
			return err
		}
		r.collector.Add(e)
		r.guard.see(e)
		if r.results != nil {
			if err := r.results.Write(e); err != nil && !isClosedPipe(err) {
				return err
			}
		}
		tree.see(e)
	}
	return nil
}

func (r *recording) notice(format string, args ...any) {
	if !r.opts.quiet {
		r.ui.notice(format, args...)
	}
}
