package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail"
)

// streams are the standard streams of a command.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// errReaderGone ends a session whose output nobody reads any more.
var errReaderGone = fmt.Errorf("write output: %w", unix.EPIPE)

func runTrace(ctx context.Context, opts *traceOptions, std streams) (err error) {
	chosen, err := newSelection(opts)
	if err != nil {
		return err
	}
	if opts.choose.explain {
		return chosen.explain().write(std.out, opts.output.kind == formatJSON)
	}
	marks := &marks{}
	source, err := openSource(ctx, opts, std, append(chosen.options(), exectrail.WithIdle(marks.idle))...)
	if err != nil && errors.Is(err, ctx.Err()) {
		return nil // Ctrl-C came first
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()

	ui := newUI(std.err, opts.output.kind == formatJSON)
	results, err := openResults(opts, std.out, source.tracer.CanWait, ui)
	if err != nil {
		return err
	}
	marks.begin(source.tracer, results)
	// From here on nothing is opened for writing, and nothing loaded.
	opts.giveUpPrivileges(ui)
	if !opts.quiet {
		ui.notice("%s", opening(opts, source.tracer))
		for _, text := range slices.Concat(source.tracer.PinNotes(), failedNotices(source.tracer), source.tracer.Limits()) {
			ui.notice("%s", text)
		}
	}
	shown, err := show(ctx, opts, source.tracer, chosen, results, marks)
	if err == nil {
		marks.end()
	}
	if closing := results.Close(ctx, ui); err == nil || closing != nil && closing.Error() != err.Error() {
		err = errors.Join(err, closing) // else both tell the same
	}
	if isClosedPipe(err) {
		return err
	}
	s := newSummary(source.tracer.Stats(), results.Stats(), opts, chosen, shown)
	if ctx.Err() != nil && isTerminal(std.err) {
		_, _ = io.WriteString(std.err, "\n") // the terminal shows ^C, and stays on its line
	}
	if !opts.quiet {
		ui.summary(s)
	}
	if opts.pin != "" && !opts.quiet {
		ui.notice("still recording as %s; 'exectrail unpin %s' ends that", opts.pin, opts.pin)
	}
	if opts.verbose && opts.output.kind != formatJSON {
		for _, line := range s.counters().lines() {
			ui.notice("%s", line)
		}
	}
	if opts.verbose && opts.replay == "" && s.cost.kernel == 0 {
		ui.notice("to see the time in the kernel per exec: sysctl kernel.bpf_stats_enabled=1")
	}
	switch {
	case err != nil:
		return err
	case s.check() != nil:
		return s.check()
	case opts.failOnLoss:
		return s.loss()
	}
	return nil
}

// show writes events until the context or one of the limits ends the session.
// It returns how many programs it showed, or how many failed execs if only those are asked for.
func show(ctx context.Context, opts *traceOptions, tracer *exectrail.Tracer, chosen *selection, results *results, marks *marks) (shown uint64, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if opts.duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opts.duration)
		defer cancel()
	}
	onClosedPipe(results.out, func() { stop(errReaderGone) })

	results.Begin()
	for e, err := range tracer.Events(ctx) {
		if err != nil {
			return shown, err
		}
		// What was under way when the last one was shown is read, so that the account is whole.
		if opts.count > 0 && shown == opts.count {
			continue
		}
		if !chosen.takes(e) {
			marks.event()
			continue
		}
		if opts.shows(e) {
			if err := results.Write(e); err != nil {
				return shown, err
			}
		}
		if e.Action() == opts.counted() {
			shown++
		}
		marks.event()
		if shown == opts.count && opts.count > 0 {
			if opts.pin != "" {
				break // what comes next is for the next start
			}
			stop(nil)
		}
	}
	if errors.Is(context.Cause(ctx), errReaderGone) {
		return shown, errReaderGone
	}
	return shown, nil
}

// opening tells what a session is about to do.
func opening(opts *traceOptions, tracer *exectrail.Tracer) string {
	if opts.replay != "" {
		host := tracer.Host()
		return fmt.Sprintf("replaying a recording of %s, Linux %s on %s", host.Name, host.Kernel, host.Arch)
	}
	size := byteSize(tracer.Stats().BufferSize)
	return fmt.Sprintf("tracing by %s, with %s of ring buffers; Ctrl-C ends it", strings.Join(tracer.Attached(), ", "), &size)
}
