package probe

import (
	"fmt"
	"log/slog"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/rlimit"

	"github.com/exectrail/exectrail/internal/bpfobj"
	"github.com/exectrail/exectrail/internal/filter/term"
	"github.com/exectrail/exectrail/internal/machine"
	"github.com/exectrail/exectrail/internal/testenv"
)

// TestLoadEveryKnob loads each program with each setting, by itself: those of a session and of each
// plan for failed execs. It logs how many instructions the verifier went through, of at most
// a million; test/kernel reads these lines.
func TestLoadEveryKnob(t *testing.T) {
	testenv.NeedsRoot(t)
	_ = rlimit.RemoveMemlock() // needed before 5.11
	k, err := readKernel()
	if err != nil {
		t.Fatal(err)
	}
	all := term.Range{Set: true, Max: 1 << 31}
	terms := term.Terms{
		UID: all, GID: all, PID: all, PPID: all, Under: 1, Cgroup: 1, MountNS: 1, PIDNS: 1, HostOnly: true, Comm: "name", Container: "3f2a",
	}
	for knobs, c := range map[string]Config{"default": {}, "with_env": {Env: true, LoaderEnv: true}, "with_terms": {Terms: terms, LoaderEnv: true}} {
		c.BufferSize, c.Logger = MinBufferSize, slog.New(slog.DiscardHandler)
		for _, h := range everyHook(t, k, c) {
			name := h.spec.Name
			if h.lane > 0 {
				name = fmt.Sprintf("%s.%d", name, h.lane)
			}
			t.Run(name+" "+knobs, func(t *testing.T) {
				spec, err := readPrograms(k, c)
				if err != nil {
					t.Fatal(err)
				}
				n, err := verify(spec, h.spec)
				switch {
				case err == nil:
					t.Logf("verifier: %s %s %d instructions", name, knobs, n)
				case h.plan != "" && !machine.IsVerifier(err):
					t.Logf("verifier: %s %s refused: %v", name, knobs, err) // TestPlans tells whether the plan is possible
				default:
					t.Fatalf("%+v", err)
				}
			})
		}
	}
}

type testedHook struct {
	*hook
	plan Plan
}

// everyHook returns the hooks of a session, and one of each kind for failed execs: the four entries have the same program.
func everyHook(t *testing.T, k *kernel, c Config) []testedHook {
	t.Helper()
	spec, err := readPrograms(k, c)
	if err != nil {
		t.Fatal(err)
	}
	var all []testedHook
	for _, h := range append(hooksFor(spec, k), &hook{spec: spec.Programs[bpfobj.TracerProgSnapshot]}) {
		all = append(all, testedHook{hook: h})
	}
	for _, plan := range Plans() {
		hooks, err := planHooks(spec, k, plan, false)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, testedHook{hooks[0], plan})
	}
	return all
}

var processed = regexp.MustCompile(`processed (\d+) insns`)

// verify loads one program with the settings of a collection, and returns how many instructions were verified.
func verify(settings *ebpf.CollectionSpec, p *ebpf.ProgramSpec) (instructions int, err error) {
	settings.Programs = map[string]*ebpf.ProgramSpec{p.Name: p}
	loaded, err := ebpf.NewCollectionWithOptions(settings, ebpf.CollectionOptions{
		Programs: ebpf.ProgramOptions{LogLevel: ebpf.LogLevelStats},
	})
	if err != nil {
		return 0, err
	}
	defer loaded.Close()
	log := loaded.Programs[p.Name].VerifierLog
	m := processed.FindStringSubmatch(log)
	if m == nil {
		return 0, fmt.Errorf("the verifier's log holds no number of instructions: %s", log)
	}
	_, err = fmt.Sscan(m[1], &instructions)
	return instructions, err
}

// TestPlans finds that a plan is possible where the kernel takes a program that does nothing in that
// way, and only there.
func TestPlans(t *testing.T) {
	testenv.NeedsRoot(t)
	_ = rlimit.RemoveMemlock() // needed before 5.11
	o, err := forPlans()
	if err != nil {
		t.Fatal(err)
	}
	takes := map[Plan]bool{PlanTracepoint: true}
	for _, h := range otherHooks(runtime.GOARCH) {
		switch way, _, _ := strings.Cut(h.name, "/"); way {
		case "fentry":
			takes[PlanFexit] = h.try() == nil
		case "kprobe":
			takes[PlanKprobe] = h.try() == nil
		}
	}
	for _, plan := range Plans() {
		f, err := o.openPlan(plan, slog.New(slog.DiscardHandler))
		if (err == nil) != takes[plan] {
			t.Errorf("%s: %v, and the kernel takes such a program: %v", plan, err, takes[plan])
		}
		if err != nil {
			continue
		}
		for _, h := range f.hooks {
			t.Logf("plan: %s %s", plan, h.name)
		}
		if err := f.close(); err != nil {
			t.Error(err)
		}
	}
}
