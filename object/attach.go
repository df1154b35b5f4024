package object

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/cilium/ebpf"
)

// aim finds out where a program is attached. Its error is a [omission] if that is nowhere.
func (p *plan) aim(h *hook) error {
	switch h.spec.Type {
	case ebpf.Kprobe:
		return p.aimProbe(h)
	case ebpf.Tracing:
		return p.aimTracing(h)
	case ebpf.LSM:
		return p.aimLSM(h)
	case ebpf.TracePoint:
		return p.aimTracepoint(h)
	case ebpf.RawTracepoint, ebpf.RawTracepointWritable:
		return p.aimRawTracepoint(h)
	case ebpf.PerfEvent:
		return p.aimPerfEvent(h)
	case ebpf.XDP:
		return p.aimXDP(h)
	case ebpf.SchedCLS:
		return p.aimTC(h)
	case ebpf.SocketFilter:
		return p.aimSocket(h)
	case ebpf.SkLookup, ebpf.FlowDissector:
		return p.aimNetworkNamespace(h)
	case ebpf.Netfilter:
		return p.aimNetfilter(h)
	case ebpf.CGroupSKB, ebpf.CGroupSock, ebpf.CGroupSockAddr, ebpf.CGroupSockopt, ebpf.CGroupSysctl, ebpf.CGroupDevice, ebpf.SockOps:
		return p.aimCgroup(h)
	case ebpf.Syscall:
		at := p.attachment(h, "")
		h.places = []place{{at, func(_ *loaded, program *ebpf.Program) (io.Closer, error) { return p.runSyscall(at, program) }}}
		return nil
	}
	return notAlone(h)
}

func (p *plan) attachment(h *hook, target string) Attachment {
	return Attachment{Program: h.spec.Name, Kind: h.kind, Target: target}
}

// notAlone tells why a program of a kind is never attached here.
func notAlone(h *hook) error {
	out := &omission{hint: "leave it out: name the others with --program", loadable: true}
	switch h.spec.Type {
	case ebpf.UnspecifiedProgram:
		out.reason = fmt.Sprintf("section %q does not say what kind of program it is", h.spec.SectionName)
		out.hint, out.loadable = "sections are named as libbpf has them, such as kprobe/SYMBOL", false
	case ebpf.Extension:
		out.reason, out.loadable = "it takes the place of a function in another program, which must be loaded first", false
	case ebpf.StructOps:
		out.reason = "operations of the kernel are registered through their map, by who relies on them"
	case ebpf.SkMsg, ebpf.SkSKB:
		out.reason = "it belongs to a map of sockets, which another program must fill"
	case ebpf.LWTIn, ebpf.LWTOut, ebpf.LWTXmit, ebpf.LWTSeg6Local:
		out.reason = "it belongs to a route"
		out.hint = "pin it with bpftool prog load, and name the pin in ip route add ... encap bpf"
	case ebpf.SkReuseport:
		out.reason = "it belongs to a socket, whose owner attaches it"
	case ebpf.SchedACT:
		out.reason = "it belongs to a filter of tc"
		out.hint = "write it as a classifier (SEC(\"tcx/ingress\")), or attach it with tc"
	default:
		out.reason = fmt.Sprintf("exectrail does not know how to attach programs of type %s", h.spec.Type)
	}
	return out
}

// attach attaches all programs in the order of the plan. On an error none stays attached.
func (l *loaded) attach() error {
	for _, h := range l.plan.hooks {
		program := l.collection.Programs[h.spec.Name]
		for _, at := range h.places {
			attached, err := at.attach(l, program)
			if err != nil {
				err = explainFor(fmt.Sprintf("cannot attach program %s to %s", h.spec.Name, at), h, err)
				return errors.Join(err, l.detach())
			}
			if attached != nil {
				l.attached = append(l.attached, attached)
			}
			l.attachments = append(l.attachments, at.Attachment)
			l.plan.log.Debug("attached", "program", at.Program, "kind", at.Kind, "target", at.Target)
		}
	}
	return nil
}

// detach detaches all programs, the last one first.
func (l *loaded) detach() error {
	var errs []error
	for _, attached := range slices.Backward(l.attached) {
		errs = append(errs, attached.Close())
	}
	l.attached, l.attachments, l.iterators = nil, nil, nil
	return errors.Join(errs...)
}

// runSyscall runs a program that is called rather than attached.
func (p *plan) runSyscall(at Attachment, program *ebpf.Program) (io.Closer, error) {
	status, err := program.Run(&ebpf.RunOptions{})
	if err != nil {
		return nil, err
	}
	p.log.Info("ran once", "program", at.Program, "returned", int32(status))
	return nil, nil
}
