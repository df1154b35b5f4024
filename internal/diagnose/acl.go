package diagnose

import (
	"encoding/binary"
	"errors"
)

// accessList is an access control list, as acl(5) describes it.
type accessList []accessEntry

type accessEntry struct {
	tag, permissions uint16
	id               uint32
}

// The tags of entries, as in <linux/posix_acl.h>, and the permission to execute.
const (
	aclUser     = 0x02
	aclGroupObj = 0x04 // the group of the file
	aclGroup    = 0x08
	aclMask     = 0x10
	aclOther    = 0x20

	aclExecute = 1
)

// parseAccessList reads the value of system.posix_acl_access, which
// <linux/posix_acl_xattr.h> describes: a version, then entries of 8 bytes.
func parseAccessList(value []byte) (accessList, error) {
	const head, entry, version = 4, 8, 2
	if len(value) < head || (len(value)-head)%entry != 0 || binary.LittleEndian.Uint32(value) != version {
		return nil, errors.New("not an access control list")
	}
	list := accessList{}
	for rest := value[head:]; len(rest) > 0; rest = rest[entry:] {
		list = append(list, accessEntry{
			tag:         binary.LittleEndian.Uint16(rest),
			permissions: binary.LittleEndian.Uint16(rest[2:]),
			id:          binary.LittleEndian.Uint32(rest[4:]),
		})
	}
	return list, nil
}

// grants reports whether somebody who does not own the file may execute it.
// group is that of the file. The order is that of posix_acl_permission() of fs/posix_acl.c.
func (l accessList) grants(who *identity, group uint32) answer {
	masked := func(e accessEntry) answer {
		for _, m := range l {
			if m.tag == aclMask {
				e.permissions &= m.permissions
			}
		}
		return answerOf(e.permissions&aclExecute != 0)
	}
	matched, doubtful := false, false
	for _, e := range l {
		in := no
		switch e.tag {
		case aclUser:
			if e.id == who.uid {
				return masked(e)
			}
			continue
		case aclGroupObj:
			in = who.inGroup(group)
		case aclGroup:
			in = who.inGroup(e.id)
		case aclOther:
			switch {
			case doubtful:
				return unsure
			case matched:
				return no
			}
			return answerOf(e.permissions&aclExecute != 0)
		}
		if in == yes {
			if matched = true; masked(e) == yes {
				return yes
			}
		}
		doubtful = doubtful || in == unsure
	}
	return unsure // a list without an entry for others is none
}
