package probe

import (
	"log/slog"
	"strings"

	"github.com/exectrail/exectrail/internal/machine"
)

// failedTrials tries the plans for failed execs with the real programs, one after the other.
func failedTrials() []trial {
	const group = "failed execs"
	return []trial{
		{group, string(PlanFexit), "first choice", false, tryPlan(PlanFexit)},
		{group, string(PlanKprobe), "second choice", false, tryPlan(PlanKprobe)},
		{group, string(PlanTracepoint), "with --failed only: it slows every system call", false, tryPlan(PlanTracepoint)},
	}
}

// forPlans returns what it takes to open plans by themselves, with a small ring of their own.
func forPlans() (*objects, error) {
	k, err := readKernel()
	if err != nil {
		return nil, err
	}
	spec, err := readPrograms(k, Config{BufferSize: MinBufferSize})
	if err != nil {
		return nil, err
	}
	return &objects{kernel: k, spec: spec}, nil
}

func tryPlan(plan Plan) func(*machine.Machine) (string, error) {
	return func(m *machine.Machine) (string, error) {
		o, err := forPlans()
		if err != nil {
			return "", explain(m, err, plan.config()...)
		}
		f, err := o.openPlan(plan, slog.New(slog.DiscardHandler))
		if err != nil {
			return "", explain(m, err, plan.config()...)
		}
		var names []string
		for _, h := range f.hooks {
			names = append(names, h.name)
		}
		return strings.Join(names, ", "), f.close()
	}
}
