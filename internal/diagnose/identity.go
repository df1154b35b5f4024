package diagnose

import (
	"bytes"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// identity is what decides over the caller's permissions.
type identity struct {
	uid, gid uint32
	groups   []uint32 // supplementary ones
	// complete tells that the groups and what follows are known.
	complete              bool
	inheritable, bounding uint64 // capabilities
}

// maxStatus bounds how much of /proc/PID/status is read, in bytes: a process can be in 65,536 groups.
const maxStatus = 1 << 20

// identity returns who the caller is: by the event, and what that does not hold by /proc.
func (c *caller) identity() *identity {
	if c.who != nil {
		return c.who
	}
	c.who = &identity{uid: c.e.EUID, gid: c.e.EGID}
	if !c.d.seesProcesses {
		return c.who
	}
	text, err := c.d.readProcess(c.e.PID, "status", maxStatus)
	if err != nil || len(text) == maxStatus {
		return c.who
	}
	c.met = true
	c.who.read(text)
	return c.who
}

func (who *identity) read(status []byte) {
	for _, group := range bytes.Fields(field(status, "Groups")) {
		id, err := strconv.ParseUint(string(group), 10, 32)
		if err != nil {
			return
		}
		who.groups = append(who.groups, uint32(id))
	}
	var errs [2]error
	who.inheritable, errs[0] = strconv.ParseUint(string(field(status, "CapInh")), 16, 64)
	who.bounding, errs[1] = strconv.ParseUint(string(field(status, "CapBnd")), 16, 64)
	who.complete = errs[0] == nil && errs[1] == nil
}

// field returns what stands after a name and a colon at the beginning of a line.
func field(text []byte, name string) []byte {
	for line := range bytes.Lines(text) {
		if value, ok := bytes.CutPrefix(line, []byte(name+":")); ok {
			return bytes.TrimSpace(value)
		}
	}
	return nil
}

func (who *identity) inGroup(gid uint32) answer {
	switch {
	case who.gid == gid || slices.Contains(who.groups, gid):
		return yes
	case !who.complete:
		return unsure
	}
	return no
}

func (c *caller) capable(capability int) bool { return c.e.CapEffective&(1<<capability) != 0 }

// override reports whether a capability lets the caller search a directory, or
// execute a file, that its permissions close to it (generic_permission() of fs/namei.c).
func (c *caller) override(mode uint16) answer {
	switch {
	case mode&unix.S_IFMT == unix.S_IFDIR:
		if !c.capable(unix.CAP_DAC_OVERRIDE) && !c.capable(unix.CAP_DAC_READ_SEARCH) {
			return no
		}
	case mode&0o111 == 0 || !c.capable(unix.CAP_DAC_OVERRIDE):
		return no
	}
	if c.e.UserNS != c.d.userNS {
		return unsure // it holds for the users that its namespace has
	}
	return yes
}
