package probe

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/cilium/ebpf/rlimit"

	"github.com/exectrail/exectrail/internal/machine"
)

// Report is what [Examine] found out about the machine.
type Report struct {
	Kernel string `json:"kernel"` // uname -r
	Arch   string `json:"arch"`   // as Go names it: amd64, arm64
	// Works tells that tracing works here: no required check failed.
	Works  bool    `json:"works"`
	Checks []Check `json:"checks"`
}

// Check is one thing that was tried.
type Check struct {
	Group    string `json:"group"`
	Name     string `json:"name"`
	Purpose  string `json:"purpose"` // what it is for
	Required bool   `json:"required"`
	State    State  `json:"state"`
	Detail   string `json:"detail,omitempty"` // what was found
	Reason   string `json:"reason,omitempty"` // why it is not there, in plain words
	Hint     string `json:"hint,omitempty"`   // the next step
}

// State is the result of a [Check].
type State string

// The results of a check. What is missing keeps tracing from working; what is
// unavailable does not.
const (
	StateOK          State = "ok"
	StateMissing     State = "missing"
	StateUnavailable State = "unavailable"
)

// Examine tries everything that tracing needs, and what it could make use of,
// on the machine it runs on. Programs and maps that it creates are gone when it returns.
func Examine() Report {
	// As the tracer does: the limit counts for maps before Linux 5.11, and raising it may be forbidden.
	_ = rlimit.RemoveMemlock()
	m := machine.Read(os.DirFS("/"))
	report := Report{Kernel: m.Release, Arch: runtime.GOARCH, Works: true}
	for _, t := range allTrials() {
		c := t.run(m)
		report.Works = report.Works && c.State != StateMissing
		report.Checks = append(report.Checks, c)
	}
	return report
}

// Err returns nil if tracing works, and else an error that names the first
// cause. The error has a method Hint() string.
func (r Report) Err() error {
	for _, c := range r.Checks {
		if c.State == StateMissing {
			return &machine.HintedError{Reason: fmt.Sprintf("cannot trace on this machine: %s: %s", c.Name, c.Reason), Next: c.Hint}
		}
	}
	return nil
}

// A trial is a check before it is run. The order of the trials matters: what
// makes others fail stands before them.
type trial struct {
	group, name, purpose string
	required             bool
	// try returns what it found, or why there is nothing.
	try func(*machine.Machine) (detail string, err error)
}

func allTrials() []trial {
	var all []trial
	for _, group := range [][]trial{rightsTrials(), kernelTrials(), memoryTrials(), hookTrials(), failedTrials(), tracingTrials(), pinTrials()} {
		all = append(all, group...)
	}
	return all
}

func (t trial) run(m *machine.Machine) Check {
	c := Check{Group: t.group, Name: t.name, Purpose: t.purpose, Required: t.required, State: StateOK}
	detail, err := t.try(m)
	c.Detail = detail
	if err == nil {
		return c
	}
	c.State = StateUnavailable
	if t.required {
		c.State = StateMissing
	}
	c.Reason = err.Error()
	if h := (interface{ Hint() string })(nil); errors.As(err, &h) {
		c.Hint = h.Hint()
	}
	return c
}
