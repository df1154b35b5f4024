package object

import (
	"fmt"
	"io"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"
)

func (p *plan) aimCgroup(h *hook) error {
	dir := h.target
	if dir == "" {
		dir = p.opts.Cgroup
	}
	if dir == "" {
		return &advised{
			reason: fmt.Sprintf("%s programs are attached to a control group", h.kind),
			hint:   fmt.Sprintf("--cgroup DIR, or --program %s=DIR; %s", h.spec.Name, unifiedHint()),
		}
	}
	var stat unix.Statfs_t
	if err := unix.Statfs(dir, &stat); err != nil {
		return advise("cannot use control group "+dir, err, unifiedHint())
	}
	if stat.Type != unix.CGROUP2_SUPER_MAGIC {
		return &advised{reason: dir + " is no control group in the unified hierarchy", hint: unifiedHint()}
	}
	if h.kind == "cgroup/skb" {
		p.log.Info("its section does not say in which direction: it sees the packets that come in",
			"program", h.spec.Name, "hint", `SEC("cgroup_skb/egress") for the others`)
	}
	opts := link.CgroupOptions{Path: dir, Attach: h.spec.AttachType}
	h.places = []place{{p.attachment(h, dir), func(_ *loaded, program *ebpf.Program) (io.Closer, error) {
		opts := opts
		opts.Program = program
		return closer(link.AttachCgroup(opts))
	}}}
	return nil
}

// unifiedHint tells where the unified hierarchy is.
func unifiedHint() string {
	mounts, err := procfs.GetMounts()
	if err != nil {
		return "it is a directory of a cgroup2 file system"
	}
	var dirs []string
	for _, m := range mounts {
		if m.FSType == "cgroup2" {
			dirs = append(dirs, m.MountPoint)
		}
	}
	if len(dirs) == 0 {
		return "to mount the unified hierarchy: mount -t cgroup2 none DIR"
	}
	return "the unified hierarchy is at " + strings.Join(dirs, ", ")
}
