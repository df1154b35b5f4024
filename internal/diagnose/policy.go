package diagnose

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/event"
)

// refusedByPolicy tells why a program could not be executed that the caller has every permission for.
func (c *caller) refusedByPolicy(fd int) finding {
	value, err := c.d.attribute(fd, "security.capability")
	if err != nil {
		return finding{}
	}
	var fs unix.Statfs_t
	if err := unix.Fstatfs(fd, &fs); err != nil {
		return finding{}
	}
	if value == nil || fs.Flags&unix.ST_NOSUID != 0 {
		return finding{cause: event.CauseSecurityModule}
	}
	caps, ok := parseFileCapabilities(value)
	who := c.identity()
	switch {
	case !ok || !who.complete:
		return finding{}
	case caps.withheld(who):
		return finding{cause: event.CauseFileCapabilities}
	}
	return finding{cause: event.CauseSecurityModule}
}

// fileCapabilities are what a file gives to who executes it, as capabilities(7) tells.
type fileCapabilities struct {
	effective              bool
	permitted, inheritable uint64
}

// parseFileCapabilities reads the value of security.capability, which
// <linux/capability.h> describes (struct vfs_cap_data): a version and a flag,
// then two sets, in two halves each. Those for the root of a user namespace (version 3) count elsewhere only.
func parseFileCapabilities(value []byte) (fileCapabilities, bool) {
	const version, size, effective = 0x02000000, 20, 1
	if len(value) != size {
		return fileCapabilities{}, false
	}
	word := func(i int) uint64 { return uint64(binary.LittleEndian.Uint32(value[4*i:])) }
	return fileCapabilities{
		effective:   word(0)&effective != 0,
		permitted:   word(1) | word(3)<<32,
		inheritable: word(2) | word(4)<<32,
	}, word(0)&^effective == version
}

// withheld reports whether the caller would not get all that a program which
// counts on them is given: then it is not run (bprm_caps_from_vfs_caps() of security/commoncap.c).
func (f fileCapabilities) withheld(who *identity) bool {
	given := who.bounding&f.permitted | who.inheritable&f.inheritable
	return f.effective && f.permitted&^given != 0
}
