package probe

import "strings"

// failedTrials tries the plans for failed execs with the real programs, one after the other.
func failedTrials() []trial {
	const group = "failed execs"
	return []trial{
		{group, string(PlanFexit), "first choice", false, tryPlan(PlanFexit)},
		{group, string(PlanKprobe), "second choice", false, tryPlan(PlanKprobe)},
		{group, string(PlanTracepoint), "with --failed only: it slows every system call", false, tryPlan(PlanTracepoint)},
	}
}

func tryPlan(plan Plan) func(*machine) (string, error) {
	return func(m *machine) (string, error) {
		k, err := readKernel()
		if err != nil {
			return "", explain(m, err, plan.config()...)
		}
		c := trialConfig()
		c.BufferSize = MinBufferSize
		f, err := openPlan(k, c, plan, nil)
		if err != nil {
			return "", explain(m, err, plan.config()...)
		}
		defer f.close()
		var names []string
		for _, h := range f.hooks {
			names = append(names, h.name)
		}
		return strings.Join(names, ", "), nil
	}
}
