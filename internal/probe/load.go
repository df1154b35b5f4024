package probe

import (
	"errors"
	"fmt"
	"log/slog"
	"math/bits"
	"slices"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/rlimit"

	"github.com/exectrail/exectrail/internal/bpfobj"
	"github.com/exectrail/exectrail/internal/filter/term"
	"github.com/exectrail/exectrail/internal/wire"
)

// Config is what is set before the programs are loaded.
type Config struct {
	// BufferSize is the size of both rings together in bytes, rounded up to a power of two
	// and to [MinBufferSize].
	BufferSize int
	// Env records the environment of each program.
	Env bool
	// LoaderEnv looks there for variables of the dynamic linker, whether it is recorded or not.
	LoaderEnv bool
	// Terms are what must hold for what is recorded.
	Terms term.Terms
	// Failed tells how failed execs are recorded, if they are.
	Failed FailedConfig
	// Pin names a session that stays in the kernel when its reader ends; empty for none.
	Pin string
	// Version is that of exectrail, for whoever finds the pinned session.
	Version string
	// Idle makes [Probe.Next] return [ErrIdle].
	Idle bool
	// Nap is for how long the reader may rest when it has emptied the rings, 5 ms at least.
	Nap    time.Duration
	Logger *slog.Logger
}

// MinBufferSize is the size of the smallest rings: each holds the largest record several times.
const MinBufferSize = 256 << 10

// MaxBufferSize is the size of the largest rings that the kernel can make (RINGBUF_MAX_RECORD_SZ
// and the 32 bits of max_entries).
const MaxBufferSize = 2 << 30

// objects are the maps and programs of a session.
type objects struct {
	kernel   *kernel
	spec     *ebpf.CollectionSpec // all programs and maps, fitted to the kernel
	maps     map[string]*ebpf.Map // by their names in bpf/
	offsets  map[string]int64     // where variables stand in their map
	snapshot *hook
	hooks    []*hook // in the order in which they are attached

	failed failedHooks
}

func (o *objects) close() error {
	errs := []error{o.failed.close(), closeHooks(o.hooks)}
	if o.snapshot != nil && o.snapshot.program != nil {
		errs = append(errs, o.snapshot.program.Close())
	}
	for _, m := range o.maps {
		errs = append(errs, m.Close())
	}
	return errors.Join(errs...)
}

// load loads the programs and creates their maps.
func load(c Config) (*objects, error) {
	// Needed before 5.11 only, and not always permitted.
	if err := rlimit.RemoveMemlock(); err != nil {
		c.Logger.Debug("cannot raise the limit of locked memory", "error", err)
	}
	k, err := readKernel()
	if err != nil {
		return nil, err
	}
	spec, err := readPrograms(k, c)
	if err != nil {
		return nil, err
	}
	return loadPrograms(k, spec)
}

func loadPrograms(k *kernel, spec *ebpf.CollectionSpec) (*objects, error) {
	o := &objects{kernel: k, spec: spec.Copy(), hooks: hooksFor(spec, k)}
	o.snapshot = &hook{spec: spec.Programs[bpfobj.TracerProgSnapshot]}
	delete(spec.Maps, bpfobj.TracerMapDrafts) // of failed execs
	loaded, err := loadHooks(k, spec, append(slices.Clone(o.hooks), o.snapshot), nil)
	if err != nil {
		return nil, err
	}
	o.maps = loaded.Maps
	if o.offsets, err = offsetsIn(o.spec); err != nil {
		return nil, errors.Join(err, o.close())
	}
	return o, nil
}

// readPrograms reads the programs and fits their settings to the kernel and to c.
func readPrograms(k *kernel, c Config) (*ebpf.CollectionSpec, error) {
	spec, err := bpfobj.LoadTracer()
	if err != nil {
		return nil, fmt.Errorf("read the programs: %w", err)
	}
	ringSize := uint32(BufferSize(c.BufferSize) / 2)
	spec.Maps[bpfobj.TracerMapRing].MaxEntries = ringSize
	spec.Maps[bpfobj.TracerMapReserve].MaxEntries = ringSize
	cpus, err := ebpf.PossibleCPU()
	if err != nil {
		return nil, fmt.Errorf("count the processors: %w", err)
	}
	spec.Maps[bpfobj.TracerMapStrings].MaxEntries = uint32(cpus * wire.Lanes)
	if !k.preemptible {
		spec.Maps[bpfobj.TracerMapMarks].MaxEntries = 1
		spec.Maps[bpfobj.TracerMapStrings].MaxEntries = uint32(cpus)
	}
	if k.readonlyCast {
		delete(spec.Maps, bpfobj.TracerMapPathTexts)
	}
	if c.Terms.Under != 0 {
		if spec.Maps[bpfobj.TracerMapTree].MaxEntries, err = treeSize(); err != nil {
			return nil, err
		}
	}
	for name, value := range map[string]any{
		bpfobj.TracerVarWithEnv:          c.Env,
		bpfobj.TracerVarWithLoaderEnv:    c.LoaderEnv,
		bpfobj.TracerVarRingSize:         uint64(ringSize),
		bpfobj.TracerVarPageSize:         uint32(k.pageSize),
		bpfobj.TracerVarStackSize:        uint32(k.stackSize),
		bpfobj.TracerVarExitHasGroupDead: k.exitHasGroupDead,
		bpfobj.TracerVarWithBackup:       k.preemptible,
		bpfobj.TracerVarWithTerms:        c.Terms != term.Terms{},
		bpfobj.TracerVarTerms:            kernelTerms(c.Terms),
	} {
		if err := spec.Variables[name].Set(value); err != nil {
			return nil, fmt.Errorf("set %s: %w", name, err)
		}
	}
	return spec, nil
}

// standbyLanes are the lanes behind that of the hook itself, where hooks can be preempted.
const standbyLanes = 2

// hooksFor returns the hooks that a kernel needs, other than those for failed execs, in the order in which they
// are attached: a fork is seen before the exec of its child, and the name before the exec is kept first.
func hooksFor(spec *ebpf.CollectionSpec, k *kernel) []*hook {
	exec := bpfobj.TracerProgOnExec
	if !k.readonlyCast {
		exec = bpfobj.TracerProgOnExecBefore62
	}
	at := func(program string, kind wire.Kind, lane int) *hook {
		s := spec.Programs[program]
		return &hook{
			spec: inLane(s, lane), name: s.SectionName, kind: kind, lane: lane, standby: lane > 0, attach: attachTracing,
		}
	}
	hooks := []*hook{at(bpfobj.TracerProgOnRename, wire.Counted, 0)}
	lanes := 1
	if k.preemptible {
		lanes += standbyLanes
	}
	// The kernel runs the programs of a tracepoint in the order in which they were attached.
	for lane := range lanes {
		hooks = append(hooks,
			at(bpfobj.TracerProgOnFork, wire.Fork, lane),
			at(exec, wire.Exec, lane),
			at(bpfobj.TracerProgOnExit, wire.Exit, lane))
	}
	return hooks
}

// BufferSize returns the size of the rings that are made when n bytes are asked for.
func BufferSize(n int) int {
	n = max(n, MinBufferSize)
	return 1 << bits.Len(uint(n-1))
}
