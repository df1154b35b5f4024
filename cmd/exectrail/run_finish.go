package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/internal/lives/report"
)

// finish tells what was recorded. status is that of the command, err what failed so far.
func (r *recording) finish(ctx context.Context, status int, err error) error {
	run := r.collector.Run()
	if r.command != nil {
		r.command.leaveOutGate(run)
	} else {
		run.Begin, run.End = r.attached, time.Now()
	}
	run.Host = r.tracer.Host().Name
	plan, _ := r.tracer.FailedPlan()
	run.FailedUnknown = plan == ""
	stats := r.tracer.Stats()
	violations := r.guard.check(run)
	told := report.New(run, r.opts.top)
	told.Violations = violations

	err = errors.Join(err, r.outputs.write(told))
	r.outputs = nil
	if closing := r.close(ctx); closing != nil && !isClosedPipe(closing) {
		err = errors.Join(err, closing)
	}
	if r.opts.report == "" && !r.opts.quiet {
		err = errors.Join(err, r.tell(told))
	}
	if r.opts.tree {
		err = errors.Join(err, report.WriteTree(r.std.out, run, terminalWidth(r.std.out)))
	}
	err = errors.Join(err, checkAccount(stats))
	if r.opts.guards() {
		if verdict := r.guard.verdict(violations, run, stats.Untracked); verdict != nil {
			return errors.Join(verdict, err)
		}
	}
	switch {
	case status != 0:
		if err != nil {
			r.ui.failure(err)
		}
		return statusOf(status)
	case err != nil:
		return err
	case r.opts.failOnLoss && run.Lost > 0:
		return &lossError{fmt.Sprintf("%d events were lost", run.Lost), largerRings}
	}
	return nil
}

// tell writes the report to stderr.
func (r *recording) tell(told *report.Report) error {
	if r.ui.json {
		r.ui.object(map[string]any{"message": told.Headline(), "exectrail": map[string]any{"run": newRunReport(told)}})
		return nil
	}
	return told.WriteText(r.std.err, widthOf(r.std.err))
}

// close ends the session, and its outputs.
func (r *recording) close(ctx context.Context) error {
	var errs []error
	if r.results != nil {
		errs = append(errs, r.results.Close(ctx, r.ui))
	}
	return errors.Join(append(errs, r.outputs.close(), r.tracer.Close())...)
}

// checkAccount returns an error if something was neither recorded nor counted as lost.
func checkAccount(stats exectrail.Stats) error {
	for _, k := range []struct {
		verb   string
		counts exectrail.Counts
	}{{"executed", stats.Execs}, {"failed", stats.Failed}, {"forked", stats.Forks}, {"exited", stats.Exits}} {
		if err := checkBalance(k.verb, k.counts); err != nil {
			return err
		}
	}
	return nil
}

// A statusError ends exectrail with the status of a command, of which there is nothing to tell.
type statusError struct{ status int }

func (e *statusError) Error() string {
	return fmt.Sprintf("the command ended with status %d", e.status)
}

// statusOf returns the error for a status; nil for 0.
func statusOf(status int) error {
	if status == 0 {
		return nil
	}
	return &statusError{status}
}
