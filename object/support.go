package object

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/btf"
	"github.com/cilium/ebpf/rlimit"

	"github.com/exectrail/exectrail/internal/machine"
)

// Support tells whether the running kernel can load a program, as far as can be told without loading it. Its verifier
// has the last word: see [Object.LoadCheck].
type Support struct {
	State Loadable `json:"loadable"`
	// Reason tells why not, or why that is not known. It is one line, and "" with [LoadableYes].
	Reason string `json:"reason,omitempty"`
}

// Loadable is an answer.
type Loadable string

// The answers.
const (
	LoadableYes     Loadable = "yes"
	LoadableNo      Loadable = "no"
	LoadableUnknown Loadable = "unknown"
)

// Support asks the running kernel about each program, by its name: whether it has programs of this type at this target,
// and what they refer to: helpers, kernel functions, map types. To ask, it loads programs of two instructions, which are gone
// when it returns. Without the right to do that the answer is [LoadableUnknown], unless it is no already.
func (o *Object) Support() map[string]Support {
	_ = rlimit.RemoveMemlock() // without, kernels before 5.11 refuse to load; those who may not raise it are told by the trials
	c := newSupportCheck(o)
	defer c.kernel.close()
	all := map[string]Support{}
	for name, spec := range o.spec.Programs {
		all[name] = c.program(spec)
	}
	return all
}

// A supportCheck remembers what the kernel answered.
type supportCheck struct {
	object  *Object
	machine *machine.Machine
	kernel  *kernel
	types   *btf.Cache
	trials  map[trialKey]error
}

func newSupportCheck(o *Object) *supportCheck {
	return &supportCheck{
		object: o, machine: machine.Read(os.DirFS("/")), kernel: &kernel{}, types: btf.NewCache(), trials: map[trialKey]error{},
	}
}

// An answer is a reason not to load a program.
type answer struct {
	state  Loadable
	reason string
}

func no(format string, args ...any) *answer {
	return &answer{LoadableNo, fmt.Sprintf(format, args...)}
}

func unknown(format string, args ...any) *answer {
	return &answer{LoadableUnknown, fmt.Sprintf(format, args...)}
}

func (c *supportCheck) program(spec *ebpf.ProgramSpec) Support {
	answers := c.answers(spec)
	for _, state := range []Loadable{LoadableNo, LoadableUnknown} {
		var reasons []string
		for _, a := range answers {
			if a.state == state && !slices.Contains(reasons, a.reason) {
				reasons = append(reasons, a.reason)
			}
		}
		if len(reasons) > 0 {
			return Support{state, strings.Join(reasons, "; ")}
		}
	}
	return Support{State: LoadableYes}
}

// answers collects the reasons. Where one makes the next questions senseless, it is the last one.
func (c *supportCheck) answers(spec *ebpf.ProgramSpec) []*answer {
	if a := c.file(spec); a != nil {
		return []*answer{a}
	}
	spec, err := c.aim(spec)
	if err != nil {
		return []*answer{no("%v", err)}
	}
	used := usedBy(spec.Instructions)
	all := c.kernelFunctions(used)
	for _, name := range sorted(used.called) {
		if !used.functions[name] {
			all = append(all, no("the object has no function %s, which it calls: link it with that of another object (bpftool gen object)", name))
		}
	}
	if used.relocated {
		if _, err := c.types.Kernel(); err != nil {
			all = append(all, no("the kernel does not tell its types, to which the program is to be fitted: %v", err))
		}
	}
	all = append(all, c.mapTypes(used)...)
	if spec.Type == ebpf.StructOps {
		// Which helpers it may call depends on the member of the struct.
		return append(all, c.structOps(spec)...)
	}
	if a := c.programType(spec); a != nil {
		return append(all, a)
	}
	mayAvoid := used.relocated || used.maps[rodata] && hasSettings(c.object.spec.Maps[rodata])
	for _, h := range slices.Sorted(maps.Keys(used.helpers)) {
		if a := c.helper(spec, h, mayAvoid); a != nil {
			all = append(all, a)
		}
	}
	return all
}

// aim returns a program with the function that its target stands for in this kernel, as it is when the object is run.
func (c *supportCheck) aim(spec *ebpf.ProgramSpec) (*ebpf.ProgramSpec, error) {
	switch spec.AttachType {
	case ebpf.AttachTraceFEntry, ebpf.AttachTraceFExit, ebpf.AttachModifyReturn:
	default:
		return spec, nil
	}
	name, _, err := c.kernel.findFunction(spec.AttachTo, false)
	if err != nil {
		return nil, err
	}
	spec = spec.Copy()
	spec.AttachTo = name
	return spec, nil
}

// file asks what the object itself answers.
func (c *supportCheck) file(spec *ebpf.ProgramSpec) *answer {
	if a := c.byteOrder(); a != nil {
		return a
	}
	switch {
	case spec.Type == ebpf.UnspecifiedProgram:
		return no("the section %q does not tell what type of program this is", spec.SectionName)
	case spec.Type == ebpf.Extension:
		return unknown("it replaces a function of another program, on which it depends")
	case spec.AttachTo == "" && (spec.Type == ebpf.Tracing || spec.Type == ebpf.LSM):
		return unknown("the section %q does not tell the target", spec.SectionName)
	}
	return nil
}

func (c *supportCheck) byteOrder() *answer {
	if err := checkByteOrder(c.object.ByteOrder()); err != nil {
		return no("%v", err)
	}
	return nil
}

const rodata = ".rodata"

// hasSettings reports whether constants of a program may be set before it is loaded, as "const volatile" ones are. Others are
// mostly texts.
func hasSettings(m *ebpf.MapSpec) bool {
	section, ok := m.Value.(*btf.Datasec)
	if !ok {
		return true // their types are not known
	}
	return slices.ContainsFunc(section.Vars, func(v btf.VarSecinfo) bool {
		variable, ok := v.Type.(*btf.Var)
		if !ok {
			return false
		}
		t := variable.Type
		if c, ok := t.(*btf.Const); ok {
			t = c.Type
		}
		if a, ok := t.(*btf.Array); ok {
			t = a.Type // clang puts the qualifiers of an array on its elements
			if c, ok := t.(*btf.Const); ok {
				t = c.Type
			}
		}
		_, ok = t.(*btf.Volatile)
		return ok
	})
}

// isGPL reports whether the kernel takes a licence for compatible with the GPL (license_is_gpl_compatible in
// include/linux/license.h).
func isGPL(license string) bool {
	switch license {
	case "GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL":
		return true
	}
	return false
}

// trialInstructions returns instructions that call a helper, or none, and return what any program of a type may return.
func trialInstructions(t ebpf.ProgramType, helper asm.BuiltinFunc) asm.Instructions {
	var result int32
	switch t {
	case ebpf.CGroupSKB, ebpf.CGroupSock, ebpf.CGroupDevice, ebpf.CGroupSockAddr, ebpf.CGroupSysctl, ebpf.CGroupSockopt:
		result = 1 // some may not refuse what they see
	}
	var instructions asm.Instructions
	if helper != asm.FnUnspec {
		instructions = append(instructions, helper.Call())
	}
	return append(instructions, asm.Mov.Imm(asm.R0, result), asm.Return())
}
