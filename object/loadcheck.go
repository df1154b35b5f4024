package object

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/rlimit"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/machine"
)

// LoadResult is what became of a map or a program that was loaded.
type LoadResult struct {
	Name string
	// FD and ID are its numbers in this process and in the kernel while it was loaded. They are 0 if it was not.
	FD int
	ID uint32
	// VerifiedInstructions is how many the verifier went through, on all paths. It is 0 for maps, and before Linux 5.16.
	VerifiedInstructions uint32
	// Err tells why it could not be loaded.
	Err error
	// Log is what the verifier said of a program that it refused, a line each.
	Log []string
}

// ShortLog returns the end of the log, at most some lines: what the verifier found last, without its statistics.
func (r *LoadResult) ShortLog() []string {
	const lines = 5
	said := withoutReport(r.Log)
	return said[max(len(said)-lines, 0):]
}

// LoadCheck loads each map, and each program with the maps that it uses, and frees them before it returns. Nothing is
// attached or pinned. A program that fails does not keep the others from being loaded. They come in the order of
// [Object.Maps] and [Object.Programs].
func (o *Object) LoadCheck() (mapsLoaded, programs []LoadResult) {
	_ = rlimit.RemoveMemlock() // needed before 5.11; where it fails, so does what needs it
	c := &loadCheck{supportCheck: newSupportCheck(o), created: map[string]*ebpf.Map{}, failed: map[string]error{}}
	defer c.close()
	defer c.kernel.close()
	for _, m := range o.Maps() {
		mapsLoaded = append(mapsLoaded, c.loadMap(m.Name))
	}
	for _, name := range slices.Sorted(maps.Keys(o.spec.Programs)) {
		programs = append(programs, c.loadProgram(name))
	}
	return mapsLoaded, programs
}

// A loadCheck owns the maps while programs are loaded.
type loadCheck struct {
	*supportCheck
	created map[string]*ebpf.Map
	failed  map[string]error
}

func (c *loadCheck) close() {
	for _, m := range c.created {
		m.Close()
	}
}

func (c *loadCheck) loadMap(name string) LoadResult {
	result := LoadResult{Name: name}
	if a := c.byteOrder(); a != nil {
		// The kernel would create it, and no program could use it.
		result.Err = errors.New(a.reason)
		return result
	}
	spec := c.object.spec.Copy()
	spec.Programs = nil
	maps.DeleteFunc(spec.Maps, func(other string, _ *ebpf.MapSpec) bool { return other != name })
	spec.Maps[name] = unshared(spec.Maps[name])
	maps.DeleteFunc(spec.Variables, func(_ string, v *ebpf.VariableSpec) bool { return v.SectionName != name })
	loaded, err := ebpf.NewCollectionWithOptions(spec, ebpf.CollectionOptions{Cache: c.types})
	if err != nil {
		result.Err = c.explainMap(name, err)
		c.failed[name] = result.Err
		return result
	}
	defer loaded.Close()
	m := loaded.DetachMap(name)
	c.created[name] = m
	result.FD = m.FD()
	if info, err := m.Info(); err == nil {
		id, _ := info.ID()
		result.ID = uint32(id)
	}
	return result
}

// unshared returns a copy of a map that is not pinned, and not filled with other maps or programs.
func unshared(spec *ebpf.MapSpec) *ebpf.MapSpec {
	spec = spec.Copy()
	spec.Pinning = ebpf.PinNone
	spec.Contents = slices.DeleteFunc(spec.Contents, func(kv ebpf.MapKV) bool {
		_, isName := kv.Value.(string)
		return isName
	})
	return spec
}

// loadProgram loads a program with the maps that are there already.
func (c *loadCheck) loadProgram(name string) LoadResult {
	result := LoadResult{Name: name}
	spec := c.object.spec.Copy()
	program := spec.Programs[name]
	if a := c.file(program); a != nil && a.state == LoadableNo {
		result.Err = errors.New(a.reason)
		return result
	}
	program, err := c.aim(program)
	if err != nil {
		result.Err = err
		return result
	}
	spec.Programs = map[string]*ebpf.ProgramSpec{name: program}
	spec.Variables = nil // they belong to the maps, which have them already
	used := usedBy(program.Instructions).maps
	for m := range spec.Maps {
		switch {
		case !used[m]:
			delete(spec.Maps, m)
		case c.created[m] == nil:
			result.Err = fmt.Errorf("its map %s could not be created: %w", m, c.failed[m])
			return result
		default:
			spec.Maps[m] = unshared(spec.Maps[m])
		}
	}
	replace := maps.Clone(c.created)
	maps.DeleteFunc(replace, func(m string, _ *ebpf.Map) bool { return !used[m] })
	loaded, err := ebpf.NewCollectionWithOptions(spec, ebpf.CollectionOptions{MapReplacements: replace, Cache: c.types})
	if err != nil {
		result.Err = c.explainProgram(name, err)
		result.Log = verifierLog(err)
		return result
	}
	defer loaded.Close()
	p := loaded.Programs[name]
	result.FD = p.FD()
	if info, err := p.Info(); err == nil {
		id, _ := info.ID()
		result.ID = uint32(id)
		result.VerifiedInstructions, _ = info.VerifiedInstructions()
	}
	return result
}

// explainProgram tells the cause of a failure in a line. The kernel often says no more than that an argument is invalid.
func (c *loadCheck) explainProgram(name string, err error) error {
	spec := c.object.spec.Programs[name]
	s := c.program(spec)
	if s.State == LoadableNo || s.State == LoadableUnknown && errors.Is(err, unix.EPERM) {
		return &advised{reason: s.Reason, hint: hintOf(err), cause: err}
	}
	if reason := verifierReason(err); reason != "" {
		return &advised{reason: reason, hint: hintOf(err), cause: err}
	}
	text := strings.TrimPrefix(err.Error(), fmt.Sprintf("program %s: ", name))
	return &advised{reason: strings.ReplaceAll(text, "\n", "; "), hint: hintOf(err), cause: err}
}

func (c *loadCheck) explainMap(name string, err error) error {
	if errors.Is(err, unix.EPERM) {
		reason := c.machine.Explain(err, machine.Attempt{Capabilities: []int{unix.CAP_BPF}})
		return &advised{reason: reason.Error(), hint: hintOf(reason), cause: err}
	}
	text := strings.TrimPrefix(err.Error(), fmt.Sprintf("map %s: ", name))
	return &advised{reason: strings.ReplaceAll(text, "\n", "; "), hint: hintOf(err), cause: err}
}
