package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
)

// failedFlag is the value of --failed: "" when it is not given, failedToo without a value.
type failedFlag string

const (
	failedToo  failedFlag = "too"
	failedOnly failedFlag = "only"
)

// String, Set and Type implement pflag.Value.
func (f *failedFlag) String() string { return string(*f) }

func (f *failedFlag) Set(s string) error {
	switch v := failedFlag(s); v {
	case failedToo, failedOnly:
		*f = v
		return nil
	}
	return errors.New("must be too (the default) or only")
}

func (f *failedFlag) Type() string { return "word" }

// attachAuto leaves the choice of the plan to exectrail.
const attachAuto = "auto"

func attachPlans() choice {
	return oneOf(attachAuto, string(exectrail.AttachFexit), string(exectrail.AttachKprobe), string(exectrail.AttachTracepoint))
}

// validateFailed finds flags about failed execs that contradict each other.
func (o *traceOptions) validateFailed(given func(flag string) bool) error {
	switch {
	case o.noFailed && given("failed"):
		return &usageError{"--failed and --no-failed contradict each other", "give one of them"}
	case o.noFailed && o.attach.value != attachAuto:
		return &usageError{"--attach is for failed execs, which --no-failed leaves out", "give one of them"}
	case given("no-collapse") && o.output.kind != formatTable:
		return &usageError{"--no-collapse is for tables, and the output format is " + o.output.kind + ", which holds each failed exec", "leave it out"}
	}
	return nil
}

// failedOptions returns the options of the library for failed execs.
func (o *traceOptions) failedOptions() []exectrail.Option {
	switch {
	case o.noFailed:
		return []exectrail.Option{exectrail.WithoutFailed()}
	case o.attach.value != attachAuto:
		return []exectrail.Option{exectrail.WithFailed(exectrail.AttachPlan(o.attach.value))}
	case o.failed != "":
		return []exectrail.Option{exectrail.WithFailed()}
	}
	return nil
}

// failedNotices tells what a user ought to know of how failed execs are recorded.
func failedNotices(tracer *exectrail.Tracer) []string {
	plan, obstacle := tracer.FailedPlan()
	switch {
	case plan == exectrail.AttachTracepoint:
		return []string{"failed execs are recorded by the tracepoint sys_exit: while this runs, every system call of every program on the machine takes about 90 ns longer"}
	case obstacle != nil:
		return []string{fmt.Sprintf("failed execs are not recorded (%s); --failed records them, and makes every system call of the machine slower",
			strings.ReplaceAll(obstacle.Error(), "\n", "; "))}
	}
	return nil
}

// counted returns which events --count counts.
func (o *traceOptions) counted() event.Action {
	if o.failed == failedOnly {
		return event.ActionExecFailed
	}
	return event.ActionExec
}

// shows reports whether an event is to be written: with --failed=only, the execs that succeeded are not. A table
// needs to see them all the same.
func (o *traceOptions) shows(e event.Event) bool {
	return o.failed != failedOnly || e.Action() != event.ActionExec || o.output.kind == formatTable
}
