package object

import (
	"errors"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"
	"github.com/cilium/ebpf/features"
)

// structOps asks for the struct of whose operations the program is one.
func (c *supportCheck) structOps(spec *ebpf.ProgramSpec) []*answer {
	if err := features.HaveProgramType(spec.Type); errors.Is(err, ebpf.ErrNotSupported) {
		return []*answer{no("the kernel has no struct_ops programs")}
	}
	name, _, _ := strings.Cut(spec.AttachTo, ":")
	switch found, err := find[*btf.Struct](c, name); {
	case name == "":
		return []*answer{unknown("no struct of operations refers to it")}
	case err != nil:
		return []*answer{unknown("read the kernel's types: %v", err)}
	case !found:
		return []*answer{no("the kernel has no struct %s, whose operation it is", name)}
	}
	return nil
}

func (c *supportCheck) kernelFunctions(used uses) []*answer {
	var all []*answer
	for name := range used.kfuncs {
		if c.object.weak[name] {
			continue
		}
		switch found, err := find[*btf.Func](c, name); {
		case err != nil:
			all = append(all, unknown("read the kernel's types: %v", err))
		case !found:
			all = append(all, no("the kernel has no function %s", name))
		}
	}
	if len(used.kfuncs) > 0 && !isGPL(c.object.license) {
		all = append(all, no("functions of the kernel may be called under a licence compatible with the GPL only, not %q", c.object.license))
	}
	return all
}

// find looks for a type of a name in those of the kernel and its modules.
func find[T btf.Type](c *supportCheck, name string) (bool, error) {
	kernel, err := c.types.Kernel()
	if err != nil {
		return false, err
	}
	var t T
	if kernel.TypeByName(name, &t) == nil {
		return true, nil
	}
	// Where types of modules cannot be listed, there are none.
	modules, _ := c.types.Modules()
	for _, module := range modules {
		if types, err := c.types.Module(module); err == nil && types.TypeByName(name, &t) == nil {
			return true, nil
		}
	}
	return false, nil
}

func (c *supportCheck) mapTypes(used uses) []*answer {
	var all []*answer
	for _, name := range sorted(used.maps) {
		spec := c.object.spec.Maps[name]
		if spec == nil {
			continue
		}
		// Who may not create maps may not load programs either, and is told so.
		if err := features.HaveMapType(spec.Type); errors.Is(err, ebpf.ErrNotSupported) {
			all = append(all, no("map %s: the kernel has no maps of type %s", name, mapTypeName(spec.Type)))
		}
	}
	return all
}
