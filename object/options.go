package object

import "log/slog"

// Options say how an object is run. The zero value attaches every program by its section.
type Options struct {
	// Programs are those to attach; with none, all are.
	Programs []Choice
	// Interface is the name of the network interface for programs that need one: xdp, tcx, socket.
	Interface string
	// PID restricts uprobes and performance events to a process; 0 stands for all.
	PID int
	// Path is the executable or library that uprobes are in, where their section does not say.
	Path string
	// Cgroup is the directory of a control group in the unified hierarchy, for programs that need one.
	Cgroup string
	// PinPath is where maps are pinned that ask to be pinned by name (LIBBPF_PIN_BY_NAME), and looked for
	// there first. They stay there. Without it such maps are pinned where [Session.Close] removes them.
	PinPath string
	// PerCPUBuffer is how many bytes each CPU has in a perf buffer; 0 stands for [DefaultPerCPUBuffer].
	PerCPUBuffer int
	// Logger is told what is left out, and why. With nil nobody is.
	Logger *slog.Logger
}

// DefaultPerCPUBuffer is how many bytes a perf buffer has for each CPU unless told otherwise.
const DefaultPerCPUBuffer = 512 << 10

func (o *Options) perCPUBuffer() int {
	if o.PerCPUBuffer > 0 {
		return o.PerCPUBuffer
	}
	return DefaultPerCPUBuffer
}

// Choice picks a program, and may tell where to attach it. A program that is picked several times is attached to each of
// the targets, if its kind can be.
type Choice struct {
	// Name is that in the C source, or the whole section.
	Name string
	// Target stands for what follows the first slash in the program's section; "" leaves it as it is. It is
	//
	//	SYMBOL, SYMBOL+16, SYMBOL+0x10     of a kprobe; of fentry and the like without an offset
	//	PATTERN with * and ?               of kprobe.multi
	//	FILE:SYMBOL, FILE:0xOFFSET         of a uprobe; the offset is one in the file
	//	GROUP/NAME                         of a tracepoint
	//	NAME                               of tp_btf, raw_tp, lsm, iter; iter also bpf_map_elem:MAP
	//	EVENT, EVENT:PERIOD, EVENT:99hz    of perf_event
	//	INTERFACE,INTERFACE                of xdp, tcx and socket
	//	DIRECTORY                          of cgroup
	//	ipv4/local_in                      of netfilter
	Target string
}
