package object

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/cilium/ebpf"
)

// Attachment tells where a program is attached.
type Attachment struct {
	// Program is its name in the C source.
	Program string
	// Kind is the kind of place, as sections name it: kprobe, tracepoint, raw_tp, tcx/ingress, cgroup/connect4.
	// Whether the program may sleep is not part of it.
	Kind string
	// Target is the place: a function, GROUP/NAME, PATH:SYMBOL, an interface, a directory. Names of system
	// calls are those of the kernel's entry. It is empty where there is but one place.
	Target string
}

// A plan is which programs of an object are loaded, and where they are attached.
type plan struct {
	opts  Options
	log   *slog.Logger
	spec  *ebpf.CollectionSpec         // what is loaded
	all   map[string]*ebpf.ProgramSpec // of the file, by name
	hooks []*hook                      // in the order in which they are attached
	// omitted are the programs that were chosen and are not attached, by name.
	omitted map[string]*omission

	kernel *kernel
}

// A hook is a program that was chosen, with what it is attached to.
type hook struct {
	spec   *ebpf.ProgramSpec
	kind   string // see [Attachment]
	target string // as it was written
	picked bool   // by name
	// function is what target stands for in this kernel, for programs at functions; guessed tells that target is
	// not its name.
	function string
	guessed  bool
	places   []place
}

// String tells where, for messages.
func (a Attachment) String() string {
	if a.Target == "" {
		return a.Kind
	}
	return a.Kind + " " + a.Target
}

// A place is where a program is attached. The kernel detaches it when what attach returns is closed, or the process ends.
type place struct {
	Attachment
	attach func(*loaded, *ebpf.Program) (io.Closer, error)
}

// plan chooses the programs, and finds out where each is attached. It changes nothing in the kernel.
func (o *Object) plan(opts Options) (*plan, error) { return o.planFor(&kernel{}, opts) }

func (o *Object) planFor(k *kernel, opts Options) (*plan, error) {
	p := newPlan(o, k, opts)
	if err := checkByteOrder(p.spec.ByteOrder); err != nil {
		return nil, err
	}
	chosen, err := p.choose()
	if err != nil {
		return nil, err
	}
	var reasons []error
	for _, h := range chosen {
		err := p.aim(h)
		if out := (*omission)(nil); errors.As(err, &out) {
			if h.picked && !out.loadable {
				return nil, inProgram(h.spec.Name, err)
			}
			p.leaveOut(h, out)
			reasons = append(reasons, inProgram(h.spec.Name, err))
			continue
		}
		if err != nil {
			return nil, inProgram(h.spec.Name, err)
		}
		p.hooks = append(p.hooks, h)
	}
	p.dropGuesses()
	if err := p.checkAlone(); err != nil {
		return nil, err
	}
	if len(p.hooks) == 0 {
		return nil, nothingToAttach(reasons)
	}
	p.keepOnly(chosen)
	p.fitMaps()
	// A program that is run once may rely on all others.
	slices.SortStableFunc(p.hooks, func(a, b *hook) int { return runsOnce(a) - runsOnce(b) })
	return p, nil
}

func newPlan(o *Object, k *kernel, opts Options) *plan {
	p := &plan{opts: opts, log: opts.Logger, spec: o.Spec(), kernel: k, omitted: map[string]*omission{}}
	p.all = maps.Clone(p.spec.Programs)
	if p.log == nil {
		p.log = slog.New(slog.DiscardHandler)
	}
	return p
}

func runsOnce(h *hook) int {
	if h.spec.Type == ebpf.Syscall {
		return 1
	}
	return 0
}

func nothingToAttach(reasons []error) error {
	if len(reasons) == 0 {
		return &advised{
			reason: "the object has no program that is attached unless picked by name",
			hint:   "see what it has: exectrail object inspect",
		}
	}
	hint := hintOf(reasons[0])
	return advise("no program of the object can be attached", errors.Join(reasons...), hint)
}

// choose returns the programs to attach: those picked, or all that do not want to be picked.
func (p *plan) choose() ([]*hook, error) {
	names := slices.Sorted(maps.Keys(p.spec.Programs))
	if len(names) == 0 {
		return nil, errors.New("there is no program in the object")
	}
	if len(p.opts.Programs) > 0 {
		return p.pick(names)
	}
	tails := p.tailCalled()
	var hooks []*hook
	for _, name := range names {
		spec := p.spec.Programs[name]
		switch {
		case strings.HasPrefix(spec.SectionName, "?"):
			p.log.Debug("left out: optional programs are attached only if they are picked", "program", name)
		case tails[name]:
			p.log.Debug("loaded, not attached: other programs call it", "program", name)
		default:
			hooks = append(hooks, newHook(spec))
		}
	}
	return hooks, nil
}

func newHook(spec *ebpf.ProgramSpec) *hook {
	return &hook{spec: spec, kind: placeKind(spec), target: spec.AttachTo}
}

// pick returns the programs that the options name, in their order.
func (p *plan) pick(names []string) ([]*hook, error) {
	var hooks []*hook
	for _, choice := range p.opts.Programs {
		found := false
		for _, name := range names {
			spec := p.spec.Programs[name]
			if choice.Name != name && choice.Name != strings.TrimPrefix(spec.SectionName, "?") {
				continue
			}
			found = true
			h := newHook(spec)
			h.picked = true
			if choice.Target != "" {
				h.target = choice.Target
			}
			hooks = append(hooks, h)
		}
		if !found {
			return nil, &advised{
				reason: fmt.Sprintf("there is no program %q in the object", choice.Name),
				hint:   "there are: " + strings.Join(names, ", "),
			}
		}
	}
	return hooks, nil
}

// leaveOut tells why a program is not attached, and drops it unless the kernel takes it all the same.
func (p *plan) leaveOut(h *hook, out *omission) {
	p.omitted[h.spec.Name] = out
	message := "loaded, not attached: "
	if !out.loadable {
		message = "left out: "
		delete(p.spec.Programs, h.spec.Name)
	}
	if out.elsewhere {
		p.log.Info(message+out.reason, "program", h.spec.Name)
		return
	}
	p.log.Warn(message+out.reason, "program", h.spec.Name, "section", h.spec.SectionName, "hint", out.hint)
}

// dropGuesses leaves out the programs whose function was guessed, where another program names that function: such
// objects have a program for each kernel that they know.
func (p *plan) dropGuesses() {
	key := func(h *hook) string { return strings.Replace(h.kind, "syscall", "probe", 1) + " " + h.function }
	named := map[string]string{}
	for _, h := range p.hooks {
		if h.function != "" && !h.guessed {
			named[key(h)] = h.spec.Name
		}
	}
	p.hooks = slices.DeleteFunc(p.hooks, func(h *hook) bool {
		better := named[key(h)]
		if !h.guessed || h.picked || better == "" {
			return false
		}
		p.leaveOut(h, &omission{
			reason: fmt.Sprintf("%s is %s in this kernel, which program %s names", h.target, h.function, better),
			hint:   "--program " + h.spec.Name, elsewhere: true,
		})
		return true
	})
}

// checkAlone returns an error for programs that are to be in a place that has room for one.
func (p *plan) checkAlone() error {
	taken := map[Attachment]string{}
	for _, h := range p.hooks {
		if h.spec.Type != ebpf.XDP && h.spec.Type != ebpf.FlowDissector {
			continue
		}
		for _, at := range h.places {
			where := Attachment{Kind: at.Kind, Target: at.Target}
			if other := taken[where]; other != "" {
				return &advised{
					reason: fmt.Sprintf("programs %s and %s cannot both be attached to %s", other, at.Program, where),
					hint:   "pick one: --program " + other,
				}
			}
			taken[where] = at.Program
		}
	}
	return nil
}
