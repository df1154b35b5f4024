package object

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/cilium/ebpf"
)

// placeKind returns what kind of place a program is for: the first part of its section, without what does not tell the place.
func placeKind(spec *ebpf.ProgramSpec) string {
	section := strings.TrimPrefix(spec.SectionName, "?")
	kind, _, _ := strings.Cut(section, "/")
	kind = strings.TrimSuffix(kind, ".s")
	switch spec.Type {
	case ebpf.RawTracepoint, ebpf.RawTracepointWritable:
		return "raw_tp"
	case ebpf.TracePoint:
		return "tracepoint"
	case ebpf.XDP:
		return strings.TrimSuffix(section, ".frags")
	case ebpf.SocketFilter:
		return "socket"
	case ebpf.SchedCLS:
		return tcKind(spec.AttachType, section)
	case ebpf.CGroupSKB, ebpf.CGroupSock, ebpf.CGroupSockAddr, ebpf.CGroupSockopt, ebpf.CGroupSysctl, ebpf.CGroupDevice:
		return section
	}
	return kind
}

// tcKind tells the direction of the packets that a classifier sees. Older sections do not: they are for those that come in
// unless their name says otherwise.
func tcKind(t ebpf.AttachType, section string) string {
	switch {
	case t == ebpf.AttachNetkitPrimary:
		return "netkit/primary"
	case t == ebpf.AttachNetkitPeer:
		return "netkit/peer"
	case t == ebpf.AttachTCXEgress, strings.Contains(section, "egress"):
		return "tcx/egress"
	}
	return "tcx/ingress"
}

// splitOffset splits SYMBOL+OFFSET, whose offset is decimal or begins with 0x.
func splitOffset(target string) (symbol string, offset uint64, err error) {
	symbol, text, ok := strings.Cut(target, "+")
	if !ok {
		return target, 0, nil
	}
	offset, err = strconv.ParseUint(text, 0, 64)
	if err != nil {
		return "", 0, &advised{
			reason: fmt.Sprintf("%q is no offset in %s", text, symbol), hint: "write SYMBOL+16 or SYMBOL+0x10",
		}
	}
	return symbol, offset, nil
}

func withOffset(symbol string, offset uint64) string {
	if offset == 0 {
		return symbol
	}
	return fmt.Sprintf("%s+%#x", symbol, offset)
}

// noTarget is for a program whose section says only what kind it is.
func noTarget(h *hook, loadable bool, example string) error {
	return &omission{
		reason:   "its section does not say where to attach it",
		hint:     fmt.Sprintf("--program %s=TARGET, such as %s", h.spec.Name, example),
		loadable: loadable,
	}
}
