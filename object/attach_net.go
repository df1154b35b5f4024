package object

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"
)

// interfaces returns the network interfaces that a program is for: those that its target names, or else the options. With
// neither there are none.
func (p *plan) interfaces(h *hook) ([]*net.Interface, error) {
	names := h.target
	if names == "" {
		names = p.opts.Interface
	}
	if names == "" {
		return nil, nil
	}
	var all []*net.Interface
	for name := range strings.SplitSeq(names, ",") {
		i, err := net.InterfaceByName(strings.TrimSpace(name))
		if err != nil {
			return nil, &advised{reason: fmt.Sprintf("there is no network interface %q", name), hint: interfaceHint()}
		}
		all = append(all, i)
	}
	return all, nil
}

// needInterfaces is [plan.interfaces] for programs that cannot do without.
func (p *plan) needInterfaces(h *hook) ([]*net.Interface, error) {
	all, err := p.interfaces(h)
	if err == nil && len(all) == 0 {
		err = &advised{
			reason: fmt.Sprintf("%s programs are attached to a network interface", h.kind),
			hint:   fmt.Sprintf("--interface NAME, or --program %s=NAME; %s", h.spec.Name, interfaceHint()),
		}
	}
	return all, err
}

func interfaceHint() string {
	all, err := net.Interfaces()
	if err != nil || len(all) == 0 {
		return "see which there are: ip link"
	}
	var names []string
	for _, i := range all {
		names = append(names, i.Name)
	}
	return "there are: " + strings.Join(names, ", ")
}

func (p *plan) aimXDP(h *hook) error {
	if h.spec.AttachType != ebpf.AttachXDP {
		return &omission{
			reason: "it belongs to an entry of a device or processor map, to which another program redirects",
			hint:   "leave it out: name the others with --program", loadable: true,
		}
	}
	interfaces, err := p.needInterfaces(h)
	if err != nil {
		return err
	}
	for _, i := range interfaces {
		h.places = append(h.places, place{p.attachment(h, i.Name), func(_ *loaded, program *ebpf.Program) (io.Closer, error) {
			return p.attachXDP(i, program)
		}})
	}
	return nil
}

// attachXDP attaches in the driver, or where that cannot, behind it.
func (p *plan) attachXDP(i *net.Interface, program *ebpf.Program) (io.Closer, error) {
	opts := link.XDPOptions{Program: program, Interface: i.Index}
	l, err := link.AttachXDP(opts)
	if err == nil {
		return l, nil
	}
	if errors.Is(err, unix.EBUSY) || errors.Is(err, unix.EEXIST) {
		return nil, advise("another XDP program is on "+i.Name, err, "see which: ip link show "+i.Name)
	}
	opts.Flags = link.XDPGenericMode
	generic, genericErr := link.AttachXDP(opts)
	if genericErr != nil {
		return nil, err
	}
	p.log.Info("the driver does not take the XDP program: it runs behind the driver, more slowly", "interface", i.Name, "error", err)
	return generic, nil
}

// aimTC is for classifiers, which are attached by links of their own kind (tcx, netkit) in the place of those of tc(8).
func (p *plan) aimTC(h *hook) error {
	t := ebpf.AttachTCXIngress
	switch h.kind {
	case "tcx/egress":
		t = ebpf.AttachTCXEgress
	case "netkit/primary":
		t = ebpf.AttachNetkitPrimary
	case "netkit/peer":
		t = ebpf.AttachNetkitPeer
	}
	interfaces, err := p.needInterfaces(h)
	if err != nil {
		return err
	}
	if h.kind == "tcx/ingress" && h.spec.AttachType == ebpf.AttachNone {
		p.log.Info("its section does not say in which direction: it sees the packets that come in",
			"program", h.spec.Name, "hint", `SEC("tcx/egress") for the others`)
	}
	for _, i := range interfaces {
		// A kernel that does not know the kind of place cannot tell what is there.
		if _, err := link.QueryPrograms(link.QueryOptions{Target: i.Index, Attach: t}); errors.Is(err, unix.EINVAL) {
			return &advised{
				reason: fmt.Sprintf("the kernel cannot attach %s programs by links, as Linux 6.6 and newer", h.kind),
				hint:   fmt.Sprintf("attach it with tc: tc qdisc add dev %s clsact; tc filter add dev %[1]s ingress bpf da obj FILE", i.Name),
			}
		}
		h.places = append(h.places, place{p.attachment(h, i.Name), func(_ *loaded, program *ebpf.Program) (io.Closer, error) {
			if t == ebpf.AttachNetkitPrimary || t == ebpf.AttachNetkitPeer {
				return closer(link.AttachNetkit(link.NetkitOptions{Interface: i.Index, Program: program, Attach: t}))
			}
			return closer(link.AttachTCX(link.TCXOptions{Interface: i.Index, Program: program, Attach: t}))
		}})
	}
	return nil
}

// aimSocket is for filters, which see the packets of interfaces through a socket of their own that nobody reads.
func (p *plan) aimSocket(h *hook) error {
	interfaces, err := p.interfaces(h)
	if err != nil {
		return err
	}
	if len(interfaces) == 0 {
		interfaces = []*net.Interface{{Index: 0, Name: "all"}}
	}
	for _, i := range interfaces {
		h.places = append(h.places, place{p.attachment(h, i.Name), func(_ *loaded, program *ebpf.Program) (io.Closer, error) {
			return attachSocket(i.Index, program)
		}})
	}
	return nil
}

func attachSocket(index int, program *ebpf.Program) (io.Closer, error) {
	// It has no protocol until it has the filter: so no packet comes before.
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open packet socket: %w", err)
	}
	socket := os.NewFile(uintptr(fd), "packet socket")
	err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ATTACH_BPF, program.FD())
	if err == nil {
		// The kernel makes it as small as it may be: the filter runs whether or not there is room.
		err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, 0)
	}
	if err == nil {
		err = unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: bigEndian16(unix.ETH_P_ALL), Ifindex: index})
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("filter packet socket: %w", err), socket.Close())
	}
	return socket, nil
}

// bigEndian16 returns a number whose bytes in memory are those of n in network order.
func bigEndian16(n uint16) uint16 {
	var b [2]byte
	b[0], b[1] = byte(n>>8), byte(n)
	return binary.NativeEndian.Uint16(b[:])
}

func (p *plan) aimNetworkNamespace(h *hook) error {
	h.places = []place{{p.attachment(h, "this network namespace"), func(_ *loaded, program *ebpf.Program) (io.Closer, error) {
		ns, err := os.Open("/proc/thread-self/ns/net")
		if err != nil {
			return nil, fmt.Errorf("open network namespace: %w", err)
		}
		defer ns.Close()
		return closer(link.AttachNetNs(int(ns.Fd()), program))
	}}}
	return nil
}

// aimNetfilter is for FAMILY/HOOK, such as ipv4/local_in.
func (p *plan) aimNetfilter(h *hook) error {
	const example = "ipv4/local_in"
	if h.target == "" {
		return noTarget(h, true, example)
	}
	families := map[string]link.NetfilterProtocolFamily{"ipv4": link.NetfilterProtoIPv4, "ipv6": link.NetfilterProtoIPv6}
	places := map[string]link.NetfilterInetHook{
		"pre_routing": link.NetfilterInetPreRouting, "local_in": link.NetfilterInetLocalIn,
		"forward": link.NetfilterInetForward, "local_out": link.NetfilterInetLocalOut, "post_routing": link.NetfilterInetPostRouting,
	}
	name, at, _ := strings.Cut(h.target, "/")
	family, known := families[name]
	hook, knownHook := places[at]
	if !known || !knownHook {
		return &advised{
			reason: fmt.Sprintf("%q is no hook of netfilter", h.target),
			hint:   "write ipv4/ or ipv6/ and pre_routing, local_in, forward, local_out or post_routing, such as " + example,
		}
	}
	h.places = []place{{p.attachment(h, h.target), func(_ *loaded, program *ebpf.Program) (io.Closer, error) {
		// After what filters (NF_IP_PRI_FILTER is 0).
		return closer(link.AttachNetfilter(link.NetfilterOptions{Program: program, ProtocolFamily: family, Hook: hook, Priority: 1}))
	}}}
	return nil
}
