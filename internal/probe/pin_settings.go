package probe

import (
	"fmt"
	"hash/fnv"
	"io"
	"slices"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"

	"github.com/exectrail/exectrail/internal/bpfobj"
	"github.com/exectrail/exectrail/internal/wire"
)

// pinnedMaps are the maps that a reader uses, by their names in bpf/, with those of their pins. The programs keep the rest.
func pinnedMaps() map[string]string {
	return map[string]string{
		bpfobj.TracerMapRing: "ring", bpfobj.TracerMapReserve: "reserve", bpfobj.TracerMapCounters: "counters",
		bpfobj.TracerMapReader: "reader", bpfobj.TracerMapElsewhere: "elsewhere", variables: "variables",
	}
}

// variables is the map of the variables that are zero at first.
const variables = ".bss"

// fingerprint tells one layout of the maps that the programs and the reader share from another.
func fingerprint(spec *ebpf.CollectionSpec) (uint64, error) {
	var text strings.Builder
	var names []string
	for name := range pinnedMaps() {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		m := spec.Maps[name]
		if m == nil {
			return 0, fmt.Errorf("the programs have no map %s", name)
		}
		fmt.Fprintln(&text, name, m.Type, m.KeySize, m.ValueSize)
	}
	section, err := variablesOf(spec)
	if err != nil {
		return 0, err
	}
	for _, v := range section.Vars {
		fmt.Fprintln(&text, v.Type.TypeName(), v.Offset, v.Size)
	}
	fmt.Fprintln(&text, wire.Lanes, wire.Counted)
	h := fnv.New64a()
	if _, err := io.WriteString(h, text.String()); err != nil {
		return 0, err
	}
	return h.Sum64(), nil
}

func variablesOf(spec *ebpf.CollectionSpec) (*btf.Datasec, error) {
	if m := spec.Maps[variables]; m != nil {
		if section, ok := m.Value.(*btf.Datasec); ok {
			return section, nil
		}
	}
	return nil, fmt.Errorf("the programs do not describe %s", variables)
}

// offsetsIn returns where each variable stands in the map.
func offsetsIn(spec *ebpf.CollectionSpec) (map[string]int64, error) {
	section, err := variablesOf(spec)
	if err != nil {
		return nil, err
	}
	offsets := map[string]int64{}
	for _, v := range section.Vars {
		offsets[v.Type.TypeName()] = int64(v.Offset)
	}
	return offsets, nil
}

// settingsFor returns the settings that are asked for.
func settingsFor(c Config) settings {
	return settings{
		Env: c.Env, LoaderEnv: c.LoaderEnv, Terms: c.Terms, BufferSize: BufferSize(c.BufferSize), Plans: c.Failed.Plans, Required: c.Failed.Required,
	}
}

// differs tells in words what a session has otherwise than is asked for; "" if nothing.
func (s *settings) differs(asked settings) string {
	var parts []string
	if s.LoaderEnv != asked.LoaderEnv {
		parts = append(parts, fmt.Sprintf("it looks at %s environment for LD_PRELOAD", map[bool]string{true: "the", false: "no"}[s.LoaderEnv]))
	}
	if s.Env != asked.Env {
		parts = append(parts, fmt.Sprintf("it records %s environment (--env)", map[bool]string{true: "the", false: "no"}[s.Env]))
	}
	if s.Terms != asked.Terms {
		parts = append(parts, "another filter selects what it records (--filter and its short forms)")
	}
	if s.BufferSize != asked.BufferSize {
		parts = append(parts, fmt.Sprintf("its rings have %d KiB and not %d (--buffer-size)", s.BufferSize>>10, asked.BufferSize>>10))
	}
	if !slices.Equal(s.Plans, asked.Plans) || s.Required != asked.Required {
		parts = append(parts, fmt.Sprintf("it records failed execs by %s and not by %s (--failed, --attach)", plansText(s.Plans), plansText(asked.Plans)))
	}
	return strings.Join(parts, ", ")
}

func plansText(plans []Plan) string {
	if len(plans) == 0 {
		return "nothing"
	}
	var words []string
	for _, p := range plans {
		words = append(words, string(p))
	}
	return strings.Join(words, " or ")
}
