package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/exectrail/exectrail/object"
	"github.com/exectrail/exectrail/sink"
)

func runObject(ctx context.Context, opts *objectRunOptions, path string, std streams) (err error) {
	ui := newUI(std.err, opts.records.json())
	o, err := object.Open(path)
	if err != nil {
		return err
	}
	interval := sink.FlushInterval
	if isTerminal(std.out) {
		interval = 0
	}
	out := sink.NewWriter(std.out, interval)
	opts.records.width = terminalWidth(std.out)
	printer, err := newRecordPrinter(out, o, opts.records)
	if err != nil {
		return err
	}
	if !opts.quiet {
		opts.run.Logger = slog.New(&noticeHandler{ui})
	}
	object.CleanupOwn(opts.run.Logger)
	session, err := o.Run(opts.run)
	if err != nil {
		if opts.verifierLog {
			ui.verifierLog(object.VerifierLog(err))
		}
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	if !opts.quiet {
		for _, line := range openingOf(session) {
			ui.notice("%s", line)
		}
	}
	err = errors.Join(showRecords(ctx, opts, session, printer, std.out), out.Close())
	if isClosedPipe(err) {
		return err
	}
	stats, statsErr := session.Stats()
	if ctx.Err() != nil && isTerminal(std.err) {
		_, _ = io.WriteString(std.err, "\n") // the terminal shows ^C, and stays on its line
	}
	if !opts.quiet {
		ui.objectSummary(stats)
	}
	if err = errors.Join(err, statsErr); err == nil && opts.failOnLoss {
		err = recordLoss(stats)
	}
	return err
}

// showRecords prints records until the context, one of the limits or the object itself ends the session.
func showRecords(ctx context.Context, opts *objectRunOptions, session *object.Session, printer *recordPrinter, stdout io.Writer) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if opts.duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opts.duration)
		defer cancel()
	}
	onClosedPipe(stdout, func() { stop(errReaderGone) })
	go printer.followClocks(ctx)
	if err := printer.begin(); err != nil {
		return err
	}

	shown := uint64(0)
	for r, err := range session.Records(ctx) {
		if err != nil {
			return err
		}
		if opts.count > 0 && shown == opts.count {
			continue // what was under way is counted, and not shown
		}
		if err := printer.print(r); err != nil {
			return err
		}
		if r.Lost == 0 {
			shown++
		}
		if shown == opts.count && opts.count > 0 {
			stop(nil)
		}
	}
	if errors.Is(context.Cause(ctx), errReaderGone) {
		return errReaderGone
	}
	return nil
}

// openingOf tells what is attached and read.
func openingOf(session *object.Session) []string {
	var lines []string
	for _, a := range session.Attachments() {
		lines = append(lines, fmt.Sprintf("attached %s to %s", a.Program, strings.TrimSpace(a.Kind+" "+a.Target)))
	}
	reading := "the object has no buffers to read"
	if names := session.Buffers(); len(names) > 0 {
		reading = "reading " + strings.Join(names, ", ")
	}
	return append(lines, reading+"; Ctrl-C ends it")
}

// recordLoss returns an error if records were lost.
func recordLoss(stats object.Stats) error {
	lost := uint64(0)
	for i := range stats.Buffers {
		lost += stats.Buffers[i].Lost()
	}
	if lost == 0 {
		return nil
	}
	return &lossError{fmt.Sprintf("%d records were lost", lost), "use larger buffers, such as --buffer-size 4M"}
}
