package probe

import (
	"errors"
	"fmt"
	"log/slog"
	"math/bits"
	"os"
	"slices"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"
	"github.com/cilium/ebpf/link"
	"github.com/cilium/ebpf/rlimit"

	"github.com/exectrail/exectrail/internal/bpfobj"
	"github.com/exectrail/exectrail/internal/wire"
)

// Config is what is set before the programs are loaded.
type Config struct {
	// BufferSize is the size of the ring in bytes, rounded up to a power of two
	// and to [MinBufferSize].
	BufferSize int
	// Env records the environment of each program.
	Env    bool
	Logger *slog.Logger
}

// MinBufferSize is the smallest ring: it holds the largest record several times.
const MinBufferSize = 128 << 10

// MaxBufferSize is the largest ring the kernel can make (RINGBUF_MAX_RECORD_SZ
// and the 32 bits of max_entries).
const MaxBufferSize = 1 << 30

// objects are the maps and programs of a session, by their names in bpf/.
type objects struct {
	Ring     *ebpf.Map      `ebpf:"ring"`
	Counters *ebpf.Map      `ebpf:"counters"`
	Reader   *ebpf.Map      `ebpf:"reader"`
	SelfTGID *ebpf.Variable `ebpf:"self_tgid"`

	Exec     *ebpf.Program `ebpf:"on_exec"`
	Rename   *ebpf.Program `ebpf:"on_rename"`
	Fork     *ebpf.Program `ebpf:"on_fork"`
	Exit     *ebpf.Program `ebpf:"on_exit"`
	Snapshot *ebpf.Program `ebpf:"snapshot"`

	hooks []string // the sections of the hooks, which say where they are attached
}

// programs returns those that are hooks, in the order in which they are
// attached: a fork is seen before the exec of its child, and the name before the exec is kept first.
func (o *objects) programs() []*ebpf.Program {
	return []*ebpf.Program{o.Rename, o.Fork, o.Exec, o.Exit}
}

// hook returns the program that writes records of a kind.
func (o *objects) hook(kind wire.Kind) *ebpf.Program {
	return map[wire.Kind]*ebpf.Program{wire.Exec: o.Exec, wire.Fork: o.Fork, wire.Exit: o.Exit}[kind]
}

func (o *objects) close() error {
	var errs []error
	for _, p := range append(o.programs(), o.Snapshot) {
		errs = append(errs, p.Close())
	}
	for _, m := range []*ebpf.Map{o.Ring, o.Counters, o.Reader} {
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
	spec, err := bpfobj.LoadTracer()
	if err != nil {
		return nil, fmt.Errorf("read the programs: %w", err)
	}
	if err := configure(spec, c); err != nil {
		return nil, err
	}
	var o objects
	if err := spec.LoadAndAssign(&o, nil); err != nil {
		return nil, fmt.Errorf("load the programs: %w", err)
	}
	for _, p := range spec.Programs {
		if p.AttachType == ebpf.AttachTraceRawTp {
			o.hooks = append(o.hooks, p.SectionName)
		}
	}
	slices.Sort(o.hooks)
	return &o, nil
}

// configure fits the programs to the kernel and to c.
func configure(spec *ebpf.CollectionSpec, c Config) error {
	kernel, err := btf.LoadKernelSpec()
	if err != nil {
		return fmt.Errorf("read the kernel's type information: %w", err)
	}
	if !hasFunction(kernel, "bpf_rdonly_cast") {
		spec.Programs[bpfobj.TracerProgOnExec] = spec.Programs[bpfobj.TracerProgOnExecBefore62]
		c.Logger.Debug("the kernel lacks bpf_rdonly_cast: paths are followed for 24 steps at most")
	}
	delete(spec.Programs, bpfobj.TracerProgOnExecBefore62)

	spec.Maps[bpfobj.TracerMapRing].MaxEntries = uint32(RingSize(c.BufferSize))
	for name, value := range map[string]any{
		bpfobj.TracerVarWithEnv:          c.Env,
		bpfobj.TracerVarPageSize:         uint32(os.Getpagesize()),
		bpfobj.TracerVarExitHasGroupDead: tracepointArgs(kernel, "sched_process_exit") > 1,
	} {
		if err := spec.Variables[name].Set(value); err != nil {
			return fmt.Errorf("set %s: %w", name, err)
		}
	}
	return nil
}

// RingSize returns the size of the ring that is made when n bytes are asked for.
func RingSize(n int) int {
	n = max(n, MinBufferSize)
	return 1 << bits.Len(uint(n-1))
}

func hasFunction(kernel *btf.Spec, name string) bool {
	var f *btf.Func
	return kernel.TypeByName(name, &f) == nil
}

// tracepointArgs returns how many arguments a tracepoint passes to its programs.
func tracepointArgs(kernel *btf.Spec, name string) int {
	var t *btf.Typedef
	if kernel.TypeByName("btf_trace_"+name, &t) != nil {
		return 0
	}
	pointer, ok := t.Type.(*btf.Pointer)
	if !ok {
		return 0
	}
	proto, ok := pointer.Target.(*btf.FuncProto)
	if !ok {
		return 0
	}
	return len(proto.Params) - 1 // the first is the tracepoint's own
}

// attach attaches the hooks. On an error none stays attached.
func (o *objects) attach() ([]link.Link, error) {
	var links []link.Link
	for _, p := range o.programs() {
		l, err := attachTracing(p)
		if err != nil {
			for _, l := range links {
				l.Close()
			}
			return nil, fmt.Errorf("attach %s: %w", programName(p), err)
		}
		links = append(links, l)
	}
	return links, nil
}

func programName(p *ebpf.Program) string {
	info, err := p.Info()
	if err != nil {
		return "program"
	}
	return info.Name
}
