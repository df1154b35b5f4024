package object

import (
	"maps"

	"github.com/cilium/ebpf"
)

// keepOnly removes from the object what is not to be loaded: programs that were not chosen and that no other calls, and
// the maps that only they use.
func (p *plan) keepOnly(chosen []*hook) {
	wanted := p.tailCalled()
	for _, h := range chosen {
		wanted[h.spec.Name] = true
	}
	unused := map[string]bool{}
	for name, spec := range p.dropped(wanted) {
		addMaps(unused, spec)
		delete(p.spec.Programs, name)
	}
	if !p.hasType(ebpf.StructOps) {
		for name, m := range p.spec.Maps {
			unused[name] = unused[name] || m.Type == ebpf.StructOpsMap
		}
	}
	for name := range p.usedMaps() {
		delete(unused, name)
	}
	maps.DeleteFunc(p.spec.Maps, func(name string, _ *ebpf.MapSpec) bool { return unused[name] })
	maps.DeleteFunc(p.spec.Variables, func(_ string, v *ebpf.VariableSpec) bool { return unused[v.SectionName] })
}

// dropped returns the programs of the file that are not loaded.
func (p *plan) dropped(wanted map[string]bool) map[string]*ebpf.ProgramSpec {
	dropped := maps.Clone(p.all)
	maps.DeleteFunc(dropped, func(name string, _ *ebpf.ProgramSpec) bool {
		return wanted[name] && p.spec.Programs[name] != nil
	})
	return dropped
}

func (p *plan) hasType(t ebpf.ProgramType) bool {
	for _, spec := range p.spec.Programs {
		if spec.Type == t {
			return true
		}
	}
	return false
}

// usedMaps returns the names of the maps that programs refer to, and of those that these maps hold.
func (p *plan) usedMaps() map[string]bool {
	used := map[string]bool{}
	for _, spec := range p.spec.Programs {
		addMaps(used, spec)
	}
	for name, m := range p.spec.Maps {
		if !used[name] {
			continue
		}
		for _, entry := range m.Contents {
			if inner, ok := entry.Value.(string); ok && p.spec.Maps[inner] != nil {
				used[inner] = true
			}
		}
	}
	return used
}

func addMaps(set map[string]bool, program *ebpf.ProgramSpec) {
	for _, ins := range program.Instructions {
		if name := ins.Reference(); ins.IsLoadFromMap() && name != "" {
			set[name] = true
		}
	}
}

// tailCalled returns the names of the programs that the object puts into program arrays.
func (p *plan) tailCalled() map[string]bool {
	called := map[string]bool{}
	for _, m := range p.spec.Maps {
		if m.Type != ebpf.ProgramArray {
			continue
		}
		for _, entry := range m.Contents {
			if name, ok := entry.Value.(string); ok {
				called[name] = true
			}
		}
	}
	return called
}
