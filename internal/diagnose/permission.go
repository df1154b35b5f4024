package diagnose

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

type answer int

const (
	no answer = iota
	yes
	unsure
)

func answerOf(b bool) answer {
	if b {
		return yes
	}
	return no
}

// maySearch reports whether the caller may look a name up in an open directory.
// What cannot be judged is taken to be permitted, and noted in c.unsure.
func (c *caller) maySearch(dir int) bool {
	if c.d.statFD(dir) != nil {
		c.unsure = true
		return true
	}
	stat := c.d.stat
	if stat.Mode&unix.S_IFMT != unix.S_IFDIR {
		return true // that it is none is another error
	}
	return c.mayExecute(dir, &stat)
}

// mayExecute reports the same of execution, or of search for a directory.
func (c *caller) mayExecute(fd int, stat *unix.Statx_t) bool {
	granted := c.granted(fd, stat)
	if granted != yes {
		if over := c.override(stat.Mode); over == yes || granted == no {
			granted = over
		}
	}
	c.unsure = c.unsure || granted == unsure
	return granted != no
}

// granted judges by the owner and the permissions of a file (acl_permission_check() of fs/namei.c).
func (c *caller) granted(fd int, stat *unix.Statx_t) answer {
	who := c.identity()
	if who.uid == stat.Uid {
		return answerOf(stat.Mode&0o100 != 0)
	}
	// The bits of the group are the mask of an access control list.
	if stat.Mode&0o070 != 0 {
		list, err := c.accessList(fd)
		if err != nil {
			return unsure
		}
		if list != nil {
			return list.grants(who, stat.Gid)
		}
	}
	group, other := stat.Mode&0o010 != 0, stat.Mode&0o001 != 0
	if group == other {
		return answerOf(group)
	}
	switch who.inGroup(stat.Gid) {
	case yes:
		return answerOf(group)
	case no:
		return answerOf(other)
	}
	return unsure
}

// accessList returns the access control list of a file, nil if it has none.
func (c *caller) accessList(fd int) (accessList, error) {
	value, err := c.d.attribute(fd, "system.posix_acl_access")
	if err != nil || value == nil {
		return nil, err
	}
	return parseAccessList(value)
}

// attribute reads an extended attribute, nil if there is none.
func (d *Diagnoser) attribute(fd int, name string) ([]byte, error) {
	// By a path, since a file opened for its place only does not tell them.
	path, value := d.magicPath(fd), make([]byte, 4<<10)
	for {
		n, err := unix.Getxattr(path, name, value)
		switch {
		case err == nil:
			return value[:n], nil
		case errors.Is(err, unix.ENODATA), errors.Is(err, unix.EOPNOTSUPP):
			return nil, nil
		case errors.Is(err, unix.ERANGE) && len(value) < 64<<10: // XATTR_SIZE_MAX
			value = make([]byte, 64<<10)
		default:
			return nil, fmt.Errorf("read the attribute %s: %w", name, err)
		}
	}
}

// noExec reports whether nothing can be executed on the file system of an open file.
func noExec(fd int) bool {
	var fs unix.Statfs_t
	if unix.Fstatfs(fd, &fs) != nil {
		return false
	}
	switch fs.Type {
	case unix.PROC_SUPER_MAGIC, unix.SYSFS_MAGIC, unix.CGROUP_SUPER_MAGIC, unix.CGROUP2_SUPER_MAGIC:
		return true // whatever the mount says (SB_I_NOEXEC)
	}
	return fs.Flags&unix.ST_NOEXEC != 0
}
