package object

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/btf"
	"golang.org/x/sys/unix"
)

// Program is a program as the object defines it.
type Program struct {
	Name string `json:"name"`
	// Type is written as bpftool does: kprobe, tracing, xdp. It is "unspec" if the section does not tell.
	Type    string `json:"type"`
	Section string `json:"section"`
	// Target is where the section says that the program is attached, "" if it does not.
	Target string `json:"target,omitempty"`
	// AttachType is written as bpftool does: trace_fentry. It is "" where the type of the program says all.
	AttachType string `json:"attach_type,omitempty"`
	// Instructions are those of the program with the functions that it calls, in units of 8 bytes.
	Instructions int    `json:"instructions"`
	License      string `json:"license"`
	Sleepable    bool   `json:"sleepable"`
	// Functions are those of the object that the program calls, and that are loaded with it.
	Functions []string `json:"functions"`
	// Helpers and KernelFunctions are what the program and its functions call in the kernel.
	Helpers         []string `json:"helpers"`
	KernelFunctions []string `json:"kernel_functions"`
	Maps            []string `json:"maps"`
}

// Programs returns the programs of the object by name.
func (o *Object) Programs() []Program {
	all := make([]Program, 0, len(o.spec.Programs))
	for _, name := range slices.Sorted(maps.Keys(o.spec.Programs)) {
		all = append(all, o.describeProgram(name, o.spec.Programs[name]))
	}
	return all
}

func (o *Object) describeProgram(name string, spec *ebpf.ProgramSpec) Program {
	used := usedBy(spec.Instructions)
	p := Program{
		Name: name, Type: programTypeName(spec.Type), Section: spec.SectionName, Target: spec.AttachTo,
		AttachType: attachTypeName(spec), Instructions: used.size, License: o.license,
		Sleepable: spec.Flags&unix.BPF_F_SLEEPABLE != 0,
		Functions: slices.DeleteFunc(sorted(used.functions), func(f string) bool { return f == name }),
		Helpers:   []string{}, KernelFunctions: sorted(used.kfuncs), Maps: sorted(used.maps),
	}
	for h := range used.helpers {
		p.Helpers = append(p.Helpers, helperName(h))
	}
	slices.Sort(p.Helpers)
	return p
}

// uses is what instructions refer to.
type uses struct {
	size      int
	helpers   map[asm.BuiltinFunc]bool
	kfuncs    map[string]bool
	functions map[string]bool // that are part of them
	called    map[string]bool
	maps      map[string]bool
	relocated bool // to the fields of the kernel's structs
}

func usedBy(instructions asm.Instructions) uses {
	u := uses{
		helpers: map[asm.BuiltinFunc]bool{}, kfuncs: map[string]bool{},
		functions: map[string]bool{}, called: map[string]bool{}, maps: map[string]bool{},
	}
	for i := range instructions {
		ins := &instructions[i]
		u.size += int(ins.Width())
		if name := ins.Symbol(); name != "" {
			u.functions[name] = true
		}
		switch {
		case ins.IsFunctionReference():
			u.called[ins.Reference()] = true
		case ins.IsBuiltinCall():
			u.helpers[asm.BuiltinFunc(ins.Constant)] = true
		case ins.IsKfuncCall():
			u.kfuncs[ins.Reference()] = true
		case ins.IsLoadFromMap() && ins.Reference() != "":
			u.maps[ins.Reference()] = true
		}
		u.relocated = u.relocated || btf.CORERelocationMetadata(ins) != nil
	}
	return u
}

func sorted(set map[string]bool) []string {
	names := slices.AppendSeq([]string{}, maps.Keys(set)) // empty, never nil: so it is a list in JSON too
	slices.Sort(names)
	return names
}

// helperName returns the kernel's name of a helper: bpf_get_current_pid_tgid for FnGetCurrentPidTgid.
func helperName(h asm.BuiltinFunc) string {
	name, ok := strings.CutPrefix(h.String(), "Fn")
	if !ok {
		return fmt.Sprintf("helper %d", int32(h))
	}
	return "bpf" + capital.ReplaceAllStringFunc(name, func(c string) string { return "_" + strings.ToLower(c) })
}

var capital = regexp.MustCompile("[A-Z]")

// programTypeName returns the name that bpftool gives a type.
func programTypeName(t ebpf.ProgramType) string {
	if int(t) < len(programTypes) {
		return programTypes[t]
	}
	return fmt.Sprintf("type %d", uint32(t))
}

// programTypes are the names of enum bpf_prog_type (include/uapi/linux/bpf.h), by number.
var programTypes = [...]string{
	"unspec", "socket_filter", "kprobe", "sched_cls", "sched_act", "tracepoint", "xdp", "perf_event", "cgroup_skb",
	"cgroup_sock", "lwt_in", "lwt_out", "lwt_xmit", "sock_ops", "sk_skb", "cgroup_device", "sk_msg", "raw_tracepoint",
	"cgroup_sock_addr", "lwt_seg6local", "lirc_mode2", "sk_reuseport", "flow_dissector", "cgroup_sysctl",
	"raw_tracepoint_writable", "cgroup_sockopt", "tracing", "struct_ops", "ext", "lsm", "sk_lookup", "syscall",
	"netfilter",
}

// attachTypeName returns the name that bpftool gives an attach type. 0 is that of cgroup_skb programs for
// incoming packets, and stands for none with all others.
func attachTypeName(spec *ebpf.ProgramSpec) string {
	t := spec.AttachType
	switch {
	case t == 0 && !(spec.Type == ebpf.CGroupSKB && strings.HasSuffix(spec.SectionName, "ingress")):
		return ""
	case int(t) < len(attachTypes):
		return attachTypes[t]
	}
	return fmt.Sprintf("attach type %d", uint32(t))
}

// attachTypes are the names of enum bpf_attach_type (include/uapi/linux/bpf.h), by number.
var attachTypes = [...]string{
	"cgroup_inet_ingress", "cgroup_inet_egress", "cgroup_inet_sock_create", "cgroup_sock_ops",
	"sk_skb_stream_parser", "sk_skb_stream_verdict", "cgroup_device", "sk_msg_verdict", "cgroup_inet4_bind",
	"cgroup_inet6_bind", "cgroup_inet4_connect", "cgroup_inet6_connect", "cgroup_inet4_post_bind",
	"cgroup_inet6_post_bind", "cgroup_udp4_sendmsg", "cgroup_udp6_sendmsg", "lirc_mode2", "flow_dissector",
	"cgroup_sysctl", "cgroup_udp4_recvmsg", "cgroup_udp6_recvmsg", "cgroup_getsockopt", "cgroup_setsockopt",
	"trace_raw_tp", "trace_fentry", "trace_fexit", "modify_return", "lsm_mac", "trace_iter",
	"cgroup_inet4_getpeername", "cgroup_inet6_getpeername", "cgroup_inet4_getsockname", "cgroup_inet6_getsockname",
	"xdp_devmap", "cgroup_inet_sock_release", "xdp_cpumap", "sk_lookup", "xdp", "sk_skb_verdict",
	"sk_reuseport_select", "sk_reuseport_select_or_migrate", "perf_event", "trace_kprobe_multi", "lsm_cgroup",
	"struct_ops", "netfilter", "tcx_ingress", "tcx_egress", "trace_uprobe_multi", "cgroup_unix_connect",
	"cgroup_unix_sendmsg", "cgroup_unix_recvmsg", "cgroup_unix_getpeername", "cgroup_unix_getsockname",
	"netkit_primary", "netkit_peer", "trace_kprobe_session", "trace_uprobe_session", "trace_fsession",
}
