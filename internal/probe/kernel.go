package probe

import (
	"fmt"
	"os"

	"github.com/cilium/ebpf/btf"
)

// kernel is what the programs need to know of the kernel that runs.
type kernel struct {
	types            *btf.Spec
	cache            *btf.Cache // of types, shared by all that is loaded
	pageSize         int
	stackSize        int
	readonlyCast     bool // bpf_rdonly_cast, from 6.2: paths of any depth, at a lower cost
	exitHasGroupDead bool // sched_process_exit tells which thread is the last, from 6.16
	preemptible      bool // the programs of tracepoints can be preempted, and then skipped: from 7.0
}

func readKernel() (*kernel, error) {
	types, err := btf.LoadKernelSpec()
	if err != nil {
		return nil, fmt.Errorf("read the kernel's type information: %w", err)
	}
	page := os.Getpagesize()
	k := &kernel{
		types: types, cache: btf.NewCache(), pageSize: page,
		stackSize:        max(minStackSize, page),
		readonlyCast:     hasFunction(types, "bpf_rdonly_cast"),
		exitHasGroupDead: tracepointArgs(types, "sched_process_exit") > 1,
	}
	// Since 7.0 they run in a section of the SRCU domain tracepoint_srcu. Until 6.13 it was there too, for
	// another purpose: then sched_process_exit had one argument.
	var v *btf.Var
	k.preemptible = types.TypeByName("tracepoint_srcu_srcu_data", &v) == nil && k.exitHasGroupDead
	return k, nil
}

// minStackSize is THREAD_SIZE on amd64, and on arm64 unless pages are larger.
const minStackSize = 16 << 10

func hasFunction(types *btf.Spec, name string) bool { return functions(types, name) > 0 }

// functions returns how many functions of a name the kernel's type information has.
func functions(types *btf.Spec, name string) int {
	n := 0
	named, err := types.AnyTypesByName(name)
	if err != nil {
		return 0
	}
	for _, t := range named {
		if _, ok := t.(*btf.Func); ok {
			n++
		}
	}
	return n
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
