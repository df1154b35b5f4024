package object

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/btf"
	"golang.org/x/sys/unix"
)

// trialKey is what the answer to a trial depends on.
type trialKey struct {
	typ      ebpf.ProgramType
	attach   ebpf.AttachType
	attachTo string
	flags    uint32
	helper   asm.BuiltinFunc // asm.FnUnspec stands for none
}

// try loads a program of the kind of spec that calls a helper, or none, and does nothing else. A helper that is
// permitted is refused nevertheless, since it is called without arguments.
func (c *supportCheck) try(spec *ebpf.ProgramSpec, helper asm.BuiltinFunc) error {
	key := trialKey{spec.Type, spec.AttachType, spec.AttachTo, spec.Flags, helper}
	if err, ok := c.trials[key]; ok {
		return err
	}
	collection := &ebpf.CollectionSpec{Programs: map[string]*ebpf.ProgramSpec{"trial": {
		Name: "trial", Type: spec.Type, AttachType: spec.AttachType, AttachTo: spec.AttachTo, Flags: spec.Flags,
		License: c.object.license, Instructions: trialInstructions(spec.Type, helper),
	}}}
	loaded, err := ebpf.NewCollectionWithOptions(collection, ebpf.CollectionOptions{
		Programs: ebpf.ProgramOptions{LogLevel: ebpf.LogLevelBranch},
		Cache:    c.types,
	})
	if err == nil {
		loaded.Close()
	}
	c.trials[key] = err
	return err
}

// programType finds out whether the kernel takes a program of this type at this target.
func (c *supportCheck) programType(spec *ebpf.ProgramSpec) *answer {
	kind := placeKind(spec)
	err := c.try(spec, asm.FnUnspec)
	log := verifierReason(err)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, btf.ErrNotFound), errors.Is(err, ebpf.ErrNotSupported) && spec.AttachTo != "" && log == "":
		return no("the kernel has no target %s for %s programs", spec.AttachTo, kind)
	case errors.Is(err, unix.EPERM):
		return c.refused(spec, err)
	case log != "":
		return no("%s", log)
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.E2BIG), errors.Is(err, ebpf.ErrNotSupported):
		return no("the kernel has no %s programs", kind)
	}
	return unknown("%v", err)
}

// helper finds out whether a program may call a helper, by what the verifier says first: what it says of a call with the
// wrong arguments, it says only if the call is permitted. The verifier does not see calls that are never reached: a program may
// avoid them (mayAvoid) as its variables tell or by what it finds in the kernel's types.
func (c *supportCheck) helper(spec *ebpf.ProgramSpec, helper asm.BuiltinFunc, mayAvoid bool) *answer {
	err := c.try(spec, helper)
	log := strings.Join(verifierSaid(err), "\n")
	has := func(texts ...string) bool {
		for _, text := range texts {
			if strings.Contains(log, text) {
				return true
			}
		}
		return false
	}
	name := helperName(helper)
	var reason string
	switch {
	case errors.Is(err, unix.EPERM) && log == "":
		return c.refused(spec, err)
	case has("GPL"): // cannot call GPL-restricted function from non-GPL compatible program
		reason = fmt.Sprintf("%s may be called under a licence compatible with the GPL only, not %q", name, c.object.license)
	case has("invalid func"):
		reason = "the kernel has no " + name
	case has("unknown func", "program of this type cannot use helper"): // the first until 6.8
		reason = fmt.Sprintf("%s programs may not call %s", placeKind(spec), name)
	case has("helper call might sleep", "sleepable"):
		reason = name + " may sleep, and the program may not"
	default:
		return nil
	}
	if mayAvoid {
		return unknown("%s: it depends on whether the call is ever reached", reason)
	}
	return no("%s", reason)
}

// refused tells what EPERM means for this process.
func (c *supportCheck) refused(spec *ebpf.ProgramSpec, err error) *answer {
	h := newHook(spec)
	attempt := attemptOf(h)
	if missing := c.machine.Held.Missing(attempt.Capabilities...); len(missing) > 0 {
		return unknown("not permitted without %s; run it as root", strings.Join(missing, " and "))
	}
	return no("%s programs: %v", h.kind, c.machine.Explain(err, attempt))
}
