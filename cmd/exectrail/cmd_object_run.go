package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/exectrail/exectrail/object"
)

type objectRunOptions struct {
	run        object.Options
	programs   []string
	bufferSize perCPUSize
	records    recordOptions

	duration    time.Duration
	count       uint64
	failOnLoss  bool
	verifierLog bool
	quiet       bool
}

func newObjectRunCommand() *cobra.Command {
	opts := &objectRunOptions{bufferSize: perCPUSize{object.DefaultPerCPUBuffer}}
	cmd := &cobra.Command{
		Use:   "run FILE",
		Short: "Load a compiled eBPF object, attach its programs, and show what they send",
		Long: `Load an object into the kernel, attach each of its programs where its section says, and
show what comes through its perf and ring buffers until Ctrl-C. Then everything is
detached and removed, as it is when anything fails, and the account follows: what came
and what was lost by buffer and CPU, how often each program ran and how long it took.

Sections are those of libbpf:

    kprobe/SYMBOL kretprobe/SYMBOL kprobe.multi/PATTERN ksyscall/NAME kretsyscall/NAME
    uprobe/FILE:SYMBOL uretprobe/… uprobe.multi/FILE:PATTERN    --path gives the file
    fentry/FUNCTION fexit/… fmod_ret/… lsm/HOOK iter/TARGET
    tracepoint/GROUP/NAME tp/… raw_tp/NAME raw_tracepoint/… tp_btf/NAME
    perf_event                     with a target: EVENT, EVENT:PERIOD or EVENT:99hz
    xdp tcx/ingress tcx/egress tc socket                        --interface
    cgroup/… cgroup_skb/… sockops                               --cgroup
    syscall                        is run once

A system call may be named in any way: kprobe/execve, kprobe/sys_execve,
kprobe/guess_execve and kprobe/__x64_sys_execve all find its entry on this kernel. A
program that names the entry of another architecture is left out. What follows the
first slash of a section is the program's target, which --program NAME=TARGET replaces.

What a record holds is told by the type that BTF gives for the values of its buffer,
by --type, or by --format; else it is shown as a hex dump. --format lists the fields as C
lays them out:

    u8 u16 u32 u64 s8 … s64 f32 f64 bool    and arrays of them: u32 stack[4]
    char comm[16], hex key[20], ptr at      text, bytes, an address
    be16 be32 be64 ip4 ip6 mac              in the order of the network
    string NAME, strings NAME, bytes NAME   the rest of the record
    strings args[len]                       as many bytes as the member len tells
    pad 4                                   bytes to pass over; packed, at the start: there are no others
` + exitStatusHelp + `    3  records were lost, and --fail-on-loss was given
`,
		Example: `  # What a file does: all of it, until Ctrl-C
  sudo exectrail object run probe.elf

  # One of its programs, elsewhere
  sudo exectrail object run --program on_open=sys_unlinkat probe.elf

  # On a network interface
  sudo exectrail object run --interface eth0 xdp.elf

  # An object without types
  sudo exectrail object run --format 'u64 time, u32 pid, char comm[16], strings args' --time time probe.elf`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := opts.complete(); err != nil {
				return err
			}
			return runObject(cmd.Context(), opts, args[0], streams{cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()})
		},
	}
	opts.addFlags(cmd)
	return cmd
}

func (o *objectRunOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringArrayVar(&o.programs, "program", nil, "attach only `NAME[=TARGET]`, there; may be given several times")
	f.StringVar(&o.run.Interface, "interface", "", "the network `interface` for programs that need one")
	f.IntVar(&o.run.PID, "pid", 0, "only the process `PID`, for uprobes and performance events")
	f.StringVar(&o.run.Path, "path", "", "the `file` that uprobes are in: a program, or a library such as libc.so.6")
	f.StringVar(&o.run.Cgroup, "cgroup", "", "the control group, by its `directory`, for programs that need one")
	f.StringVar(&o.run.PinPath, "pin-path", "", "pin maps that ask for it by name in this `directory` of bpffs, or take those that are there")
	f.Var(&o.bufferSize, "buffer-size", "memory of a perf buffer for each CPU, such as 1M")

	addRecordFlags(cmd, &o.records)

	f.DurationVar(&o.duration, "duration", 0, "end after this time, such as 90s or 1h")
	f.Uint64Var(&o.count, "count", 0, "end after `N` records")
	f.BoolVar(&o.failOnLoss, "fail-on-loss", false, "exit with 3 if records were lost")
	f.BoolVar(&o.verifierLog, "verifier-log", false, "when the kernel refuses a program, show all that its verifier says")
	f.BoolVar(&o.quiet, "quiet", false, "no messages but failures")
}

// complete finds whether the flags make sense, and fills in what they say.
func (o *objectRunOptions) complete() error {
	if o.duration < 0 {
		return &usageError{"--duration must not be negative", "write a time such as 90s or 1h"}
	}
	if o.run.PID < 0 {
		return &usageError{"--pid must not be negative", "write the id of a process"}
	}
	o.run.PerCPUBuffer = int(o.bufferSize.byteSize)
	for _, p := range o.programs {
		name, target, retargeted := strings.Cut(p, "=")
		if name == "" || retargeted && target == "" {
			return &usageError{"--program " + quote(p) + " lacks a name or a target", "write --program NAME or --program NAME=TARGET"}
		}
		o.run.Programs = append(o.run.Programs, object.Choice{Name: name, Target: target})
	}
	return nil
}

// oneFile refuses anything but one argument.
func oneFile(cmd *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	return &usageError{cmd.CommandPath() + " takes one file", "see '" + cmd.CommandPath() + " --help'"}
}
