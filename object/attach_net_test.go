package object

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/testenv"
)

// ownNetwork gives this thread, and what it starts, a network namespace of its own. The thread ends with the test.
func ownNetwork(t *testing.T) {
	t.Helper()
	testenv.NeedsRoot(t)
	runtime.LockOSThread()
	must(t, unix.Unshare(unix.CLONE_NEWNET))
	setUp(t, "lo")
}

func setUp(t *testing.T, name string) {
	t.Helper()
	l, err := netlink.LinkByName(name)
	must(t, err)
	must(t, netlink.LinkSetUp(l))
}

// cable returns two interfaces that are the ends of one cable. The machines of the kernel matrix have no modules, and so no
// such interfaces: there both ends are the loopback, which gives back what is sent.
func cable(t *testing.T) (a, b string) {
	t.Helper()
	a, b = "cable-a", "cable-b"
	err := netlink.LinkAdd(&netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: a}, PeerName: b})
	if errors.Is(err, unix.EOPNOTSUPP) && testenv.Emulated() {
		return "lo", "lo"
	}
	must(t, err)
	setUp(t, a)
	setUp(t, b)
	return a, b
}

// sendPacket sends a UDP packet to the port that the programs look for, out of an interface.
func sendPacket(t *testing.T, from string) {
	t.Helper()
	i, err := net.InterfaceByName(from)
	must(t, err)
	packet := make([]byte, 14+20+8)
	copy(packet, net.HardwareAddr{0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	copy(packet[6:], i.HardwareAddr)
	packet[12] = 8                    // IP
	packet[14], packet[17] = 0x45, 28 // version and length of the header; length of all
	packet[22], packet[23] = 64, 17   // hops, UDP
	packet[36], packet[37] = 158, 59  // to port 40507
	packet[39] = 8                    // length
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	must(t, err)
	defer unix.Close(fd)
	must(t, unix.Sendto(fd, packet, 0, &unix.SockaddrLinklayer{Ifindex: i.Index, Protocol: bigEndian16(unix.ETH_P_IP), Halen: 6}))
}

func TestAttachInterface(t *testing.T) {
	ownNetwork(t)
	a, b := cable(t)
	opts := Options{Interface: a, Programs: picks("xdp_pass", "socket_filter")}
	want := []string{"xdp_pass xdp " + a, "socket_filter socket " + a}
	tcx := picks("tcx_in", "tcx_out="+b, "classify")
	if testenv.KernelBefore(t, 6, 6) {
		_, err := planTest(t, "attach_net", Options{Interface: a, Programs: tcx})
		if err == nil || !strings.Contains(err.Error(), "Linux 6.6") {
			t.Errorf("without tcx: %v", err)
		}
	} else {
		opts.Programs = append(opts.Programs, tcx...)
		want = append(want, "tcx_in tcx/ingress "+a, "tcx_out tcx/egress "+b, "classify tcx/ingress "+a)
	}
	l := session(t, "attach_net", opts)
	wantAttached(t, l, want...)
	sendPacket(t, b)
	for _, c := range opts.Programs {
		wantHits(t, l, 0, c.Name)
	}
}

func TestAttachSeveralInterfaces(t *testing.T) {
	ownNetwork(t)
	a, _ := cable(t)
	testenv.NeedsKernel(t, 5, 18) // for xdp.frags
	interfaces, want := a, []string{"xdp_frags xdp " + a}
	if a != "lo" {
		interfaces, want = a+",lo", append(want, "xdp_frags xdp lo")
	}
	l := session(t, "attach_net", Options{Programs: picks("xdp_frags=" + interfaces)})
	wantAttached(t, l, want...)
	sendPacket(t, "lo")
	wantHits(t, l, 0, "xdp_frags")
}

func TestAttachNetworkNamespace(t *testing.T) {
	ownNetwork(t)
	l := session(t, "attach_net", Options{Programs: picks("socket_filter", "lookup")})
	wantAttached(t, l, "socket_filter socket all", "lookup sk_lookup this network namespace")
	sendPacket(t, "lo")
	wantHits(t, l, 0, "socket_filter")
	runHelper(t, "sockets")
	wantHits(t, l, 0, "lookup")
}

func TestAttachCgroup(t *testing.T) {
	ownNetwork(t)
	dir := ownCgroup(t)
	l := session(t, "attach_net", Options{Cgroup: dir, Programs: picks(
		"cgroup_egress", "cgroup_skb", "cgroup_create", "cgroup_connect", "cgroup_sysctl", "cgroup_device", "cgroup_sockops="+dir)})
	if len(l.attachments) != 7 || l.attachments[0] != (Attachment{"cgroup_egress", "cgroup_skb/egress", dir}) {
		t.Errorf("attached %v", l.attachments)
	}
	cmd := helper(t, "sockets")
	group, err := os.Open(dir)
	must(t, err)
	defer group.Close()
	cmd.SysProcAttr = &unix.SysProcAttr{UseCgroupFD: true, CgroupFD: int(group.Fd())}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	wantHits(t, l, 0, "cgroup_egress", "cgroup_skb", "cgroup_create", "cgroup_connect", "cgroup_sysctl", "cgroup_device", "cgroup_sockops")
}

// ownCgroup makes a control group in the unified hierarchy, which it mounts where it is not.
func ownCgroup(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	must(t, unix.Unshare(unix.CLONE_NEWNS))
	must(t, unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""))
	must(t, unix.Mount("none", root, "cgroup2", 0, ""))
	dir, err := os.MkdirTemp(root, "exectrail-test-")
	must(t, err)
	t.Cleanup(func() {
		must(t, os.Remove(dir))
		must(t, unix.Unmount(root, unix.MNT_DETACH))
	})
	return filepath.Clean(dir)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
