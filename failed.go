package exectrail

import (
	"github.com/exectrail/exectrail/internal/probe"
)

// AttachPlan is a way to see execs that fail, for which kernels have no hook of its own.
type AttachPlan string

// The plans, best first.
const (
	// AttachFexit is a trampoline at the return of the functions of the kernel by which execve and execveat enter.
	AttachFexit = AttachPlan(probe.PlanFexit)
	// AttachKprobe is a kretprobe on the same.
	AttachKprobe = AttachPlan(probe.PlanKprobe)
	// AttachTracepoint is the tracepoint at the end of system calls. It makes every system call of
	// every program on the machine slower, by about 90 ns (measured by make bench on Linux 6.18).
	AttachTracepoint = AttachPlan(probe.PlanTracepoint)
)

// WithFailed delivers an [event.ExecFailed] for each exec that fails, by the first of the plans that
// is possible; without a plan, of all plans in their order. If none is, [Open] fails, and its error tells which others are.
//
// Without this option and [WithoutFailed], failed execs are delivered where [AttachFexit] or
// [AttachKprobe] is possible, which cost nothing to other system calls.
func WithFailed(plans ...AttachPlan) Option {
	return func(c *config) {
		c.failed = probe.FailedConfig{Required: true}
		for _, p := range plans {
			c.failed.Plans = append(c.failed.Plans, probe.Plan(p))
		}
		if len(plans) == 0 {
			c.failed.Plans = probe.Plans()
		}
	}
}

// WithoutFailed leaves out failed execs.
func WithoutFailed() Option { return func(c *config) { c.failed = probe.FailedConfig{} } }

// freePlans cost nothing to other system calls.
func freePlans() probe.FailedConfig {
	return probe.FailedConfig{Plans: []probe.Plan{probe.PlanFexit, probe.PlanKprobe}}
}

// FailedPlan returns how failed execs are recorded. If they are not, it returns "", and why the plans
// that were tried do not work; nil if none was tried. For a recording it returns "" and nil.
func (t *Tracer) FailedPlan() (AttachPlan, error) {
	l, ok := t.source.(*live)
	if !ok {
		return "", nil
	}
	plan, err := l.probe.Failed()
	return AttachPlan(plan), err
}
