package probe

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/bpfobj"
	"github.com/exectrail/exectrail/internal/machine"
	"github.com/exectrail/exectrail/internal/wire"
)

// Plan is a way to see execs that fail, for which kernels have no hook of its own.
type Plan string

// The plans, best first.
const (
	// PlanFexit is a trampoline at the return of the functions by which the system calls enter.
	PlanFexit Plan = "fexit"
	// PlanKprobe is a kretprobe on the same.
	PlanKprobe Plan = "kprobe"
	// PlanTracepoint looks at the return of every system call of the machine, which slows them all.
	PlanTracepoint Plan = "tracepoint"
)

// Plans returns all plans, in the order in which they are tried.
func Plans() []Plan { return []Plan{PlanFexit, PlanKprobe, PlanTracepoint} }

// FailedConfig tells how failed execs are recorded.
type FailedConfig struct {
	// Plans are tried in their order. If there are none, failed execs are not recorded.
	Plans []Plan
	// Required makes it an error that no plan is possible.
	Required bool
}

// failedHooks are those of the plan that worked.
type failedHooks struct {
	plan     Plan
	hooks    []*hook
	drafts   *ebpf.Collection
	obstacle error // why there is no plan
}

func (f *failedHooks) close() error {
	err := closeHooks(f.hooks)
	if f.drafts != nil {
		f.drafts.Close()
	}
	return err
}

// An entry is a function of the kernel by which a system call enters. Each has the lane of enum entry in bpf/syscall.h.
type entry struct {
	symbol string
	compat bool // of 32-bit programs: not in every kernel
}

func entries(arch string) []entry {
	native, compat := "__x64_sys_", "__ia32_compat_sys_"
	if arch == "arm64" {
		native, compat = "__arm64_sys_", "__arm64_compat_sys_"
	}
	return []entry{
		{native + "execve", false}, {native + "execveat", false},
		{compat + "execve", true}, {compat + "execveat", true},
	}
}

// attachFailed attaches the hooks for failed execs by the first plan that works.
func (o *objects) attachFailed(c Config) error {
	var obstacles []error
	for _, plan := range c.Failed.Plans {
		var err error
		if o.failed, err = o.openPlan(plan, c.Logger); err == nil {
			c.Logger.Debug("failed execs are recorded", "plan", plan)
			return nil
		}
		c.Logger.Debug("a plan for failed execs does not work", "plan", plan, "error", err)
		obstacles = append(obstacles, newPlanError(plan, err))
	}
	o.failed = failedHooks{obstacle: errors.Join(obstacles...)}
	if len(obstacles) == 0 || !c.Failed.Required {
		return nil
	}
	return o.explainPlans(c)
}

// openPlan loads and attaches the programs of a plan. On an error nothing of it stays.
func (o *objects) openPlan(plan Plan, log *slog.Logger) (f failedHooks, err error) {
	if plan == PlanFexit {
		if f, err = o.openPlanFor(plan, true); err == nil || errors.Is(err, unix.EPERM) {
			return f, err
		}
		log.Debug("programs for failed execs must not sleep in this kernel", "error", err)
	}
	return o.openPlanFor(plan, false)
}

func (o *objects) openPlanFor(plan Plan, sleep bool) (failedHooks, error) {
	if plan == PlanKprobe {
		if err := haveKprobes(); err != nil {
			return failedHooks{}, err
		}
	}
	spec := o.spec.Copy()
	hooks, err := planHooks(spec, o.kernel, plan, sleep)
	if err != nil {
		return failedHooks{}, err
	}
	there := maps.Clone(o.maps)
	for name := range spec.Maps {
		switch name {
		case bpfobj.TracerMapRing, bpfobj.TracerMapReserve, bpfobj.TracerMapCounters, bpfobj.TracerMapReader, bpfobj.TracerMapTree, bpfobj.TracerMapElsewhere, variables:
		case bpfobj.TracerMapDrafts, ".rodata":
			delete(there, name)
		default:
			delete(spec.Maps, name)
			delete(there, name)
		}
	}
	loaded, err := loadHooks(o.kernel, spec, hooks, there)
	if err != nil {
		return failedHooks{}, err
	}
	if err := attachHooks(hooks); err != nil {
		loaded.Close()
		return failedHooks{}, errors.Join(err, closeHooks(hooks))
	}
	return failedHooks{plan: plan, hooks: hooks, drafts: loaded}, nil
}

// planHooks returns the hooks of a plan.
func planHooks(spec *ebpf.CollectionSpec, k *kernel, plan Plan, sleep bool) ([]*hook, error) {
	cpus, err := ebpf.PossibleCPU()
	if err != nil {
		return nil, fmt.Errorf("count the processors: %w", err)
	}
	spec.Maps[bpfobj.TracerMapDrafts].MaxEntries = uint32(cpus * wire.Lanes)
	var hooks []*hook
	if plan == PlanTracepoint {
		s := spec.Programs[bpfobj.TracerProgOnSysExit]
		hooks = []*hook{{spec: inLane(s, 0), name: s.SectionName, kind: wire.Failed, attach: attachTracing}}
	} else {
		for lane, e := range entries(runtime.GOARCH) {
			switch functions(k.types, e.symbol) {
			case 0:
				if e.compat {
					continue
				}
			case 1:
			default:
				// The type information has it twice (on 6.1 __x64_sys_execveat, for its stub too), and the loader
				// does not know which to take.
				hooks = append(hooks, entryHook(spec, PlanKprobe, e, lane, sleep))
				continue
			}
			hooks = append(hooks, entryHook(spec, plan, e, lane, sleep))
		}
	}
	for _, h := range hooks {
		if h.spec.Flags&unix.BPF_F_SLEEPABLE == 0 {
			withoutSleep(h.spec)
		}
	}
	return hooks, nil
}

// probeOptions name what the kernel may list of kprobes: by that prefix, 'exectrail object cleanup' knows its own.
func probeOptions() *link.KprobeOptions { return &link.KprobeOptions{TraceFSPrefix: "exectrail"} }

func entryHook(spec *ebpf.CollectionSpec, plan Plan, e entry, lane int, sleep bool) *hook {
	h := &hook{kind: wire.Failed, lane: lane}
	if plan == PlanKprobe {
		h.name = "kretprobe/" + e.symbol
		h.spec = inLane(spec.Programs[bpfobj.TracerProgKretprobeExecve], lane)
		h.attach = func(p *ebpf.Program) (link.Link, error) { return link.Kretprobe(e.symbol, p, probeOptions()) }
		return h
	}
	h.name = "fexit/" + e.symbol
	h.spec = inLane(spec.Programs[bpfobj.TracerProgFexitExecve], lane)
	h.spec.AttachTo = e.symbol
	h.attach = attachTracing
	if sleep && !e.compat { // the kernel knows only the native ones as such that may sleep
		h.name = "fexit.s/" + e.symbol
		h.spec.Flags |= unix.BPF_F_SLEEPABLE
	}
	return h
}

// haveKprobes finds out whether kprobes can be made through perf_event_open(2), for then they go with this process.
// The other way, through tracefs, would leave them behind if the process is killed.
func haveKprobes() error {
	if _, err := os.Stat("/sys/bus/event_source/devices/kprobe"); err != nil {
		return fmt.Errorf("find the kprobe events: %w", err)
	}
	return nil
}

// planError is why a plan does not work here.
type planError struct {
	plan          Plan
	reason, cause error
}

func newPlanError(plan Plan, err error) planError {
	return planError{plan, explain(machine.Read(os.DirFS("/")), err, plan.config()...), err}
}

func (e planError) Error() string { return fmt.Sprintf("%s: %v", e.plan, e.reason) }

func (e planError) Unwrap() error { return e.cause }

// config names the options without which a kernel does not have a plan.
func (p Plan) config() []string {
	switch p {
	case PlanFexit:
		return []string{"DEBUG_INFO_BTF", "FUNCTION_TRACER"}
	case PlanKprobe:
		return []string{"DEBUG_INFO_BTF", "KPROBES"}
	}
	return []string{"DEBUG_INFO_BTF"}
}

// explainPlans is for plans of which none works: it tries the others, to say which do.
func (o *objects) explainPlans(c Config) error {
	var possible []string
	for _, plan := range Plans() {
		if slices.Contains(c.Failed.Plans, plan) {
			continue
		}
		f, err := o.openPlan(plan, c.Logger)
		if err == nil {
			err = f.close()
		}
		if err == nil {
			possible = append(possible, string(plan))
		}
	}
	hint := "no other plan is possible either; --no-failed traces without failed execs"
	if len(possible) > 0 {
		hint = "possible here: --attach " + strings.Join(possible, ", --attach ")
	}
	return &advised{
		cause:  o.failed.obstacle,
		reason: "cannot record failed execs: " + strings.ReplaceAll(o.failed.obstacle.Error(), "\n", "; "),
		hint:   hint,
	}
}
