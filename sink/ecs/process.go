package ecs

import (
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/printable"
)

// identity appends an object with the id of a user or a group, which the
// schema has as a string, and its name where it is known. The key goes on to
// the beginning of the id: `"user":{"id":"`.
func identity(dst []byte, key string, id uint32, name string) []byte {
	if id == event.NoID {
		return dst
	}
	dst = appendUint(append(dst, key...), uint64(id))
	dst = text(append(dst, '"', ','), `"name":"`, name)
	return closeObject(dst)
}

// leader appends the leader of a session or a process group, of which only the pid is known.
func leader(dst []byte, key string, id, pid uint32) []byte {
	if id == 0 { // none: the process belongs to the kernel, or the leader is in another pid namespace
		return dst
	}
	dst = number(append(dst, key...), `"pid":`, uint64(id))
	if id == pid {
		dst = append(dst, `"same_as_process":true,`...)
	}
	return closeObject(dst)
}

// appendArgs appends the arguments and the command line they make. Those in more follow behind a hole.
func appendArgs[T printable.Text](dst []byte, raw, more T) []byte {
	dst = list(dst, `"args":[`, raw, more)
	if len(raw)+len(more) == 0 {
		return dst
	}
	dst = append(dst, `"command_line":"`...)
	line := len(dst)
	dst = printable.AppendCommand(dst, raw)
	if len(more) > 0 {
		dst = printable.AppendHole(dst, line, more)
	}
	if from, end := line+printable.PlainJSONLen(dst[line:]), len(dst); from < end {
		// What needs escapes is written once more, and then takes its place.
		dst, _ = printable.AppendJSON(dst, dst[from:end])
		dst = dst[:from+copy(dst[from:], dst[end:])]
	}
	return append(dst, '"', ',')
}

// appendKnown appends the members that describe a process by what is known of it.
func (c *Encoder) appendKnown(dst []byte, p *event.Process) []byte {
	of := *p
	of.Parent, of.Container = nil, nil // not described, and not to be kept
	return c.known.at(p.Key.PID).append(dst, of, appendDescription)
}

func appendDescription(dst []byte, p *event.Process) []byte {
	dst = number(dst, `"pid":`, uint64(p.Key.PID))
	dst = text(dst, `"entity_id":"`, p.EntityID)
	dst = text(dst, `"name":"`, p.Name)
	dst = text(dst, `"executable":"`, p.Executable)
	if p.Args != "" {
		dst = appendArgs(dst, p.Args, "")
		if !p.ArgsCut {
			dst = number(dst, `"args_count":`, countItems(p.Args))
		}
	}
	dst = text(dst, `"working_directory":"`, p.Directory)
	dst = appendStart(dst, p)
	dst = identity(dst, `"real_user":{"id":"`, p.UID, "")
	return identity(dst, `"real_group":{"id":"`, p.GID, "")
}

func countItems(raw string) uint64 {
	n := uint64(0)
	for len(raw) > 0 {
		_, raw = cutItem(raw)
		n++
	}
	return n
}

func appendStart(dst []byte, p *event.Process) []byte {
	if p.Started.IsZero() {
		return dst
	}
	dst = event.AppendTime(append(dst, `"start":"`...), p.Started)
	return append(dst, `",`...)
}

// appendParent appends the process that created p, or failing that the parent of the moment.
func (c *Encoder) appendParent(dst []byte, p *event.Process, pid uint32) []byte {
	if p == nil || p.Parent == nil {
		if pid == 0 {
			return dst
		}
		dst = number(append(dst, `"parent":{`...), `"pid":`, uint64(pid))
		return closeObject(dst)
	}
	dst = append(dst, `"parent":{`...)
	dst = c.appendKnown(dst, p.Parent)
	return closeObject(dst)
}

// appendLineage appends where a process comes from, as far as the schema has
// no names for it. pid is the parent of the moment.
func (c *Encoder) appendLineage(dst []byte, p *event.Process, pid uint32) []byte {
	if p == nil || p.Parent == nil {
		return dst
	}
	if pid != 0 && pid != p.Parent.Key.PID {
		dst = number(append(dst, `"reaper":{`...), `"pid":`, uint64(pid))
		dst = closeObject(dst)
	}
	dst = flag(dst, `"parent":{"args_cut":true},`, p.Parent.ArgsCut)
	dst = append(dst, `"ancestors":[`...)
	for a := range p.Ancestors {
		of := ancestor{a.Key.PID, a.EntityID, a.Name, a.Executable}
		dst = c.ancestors.at(of.pid).append(dst, of, appendAncestor)
	}
	return closeArray(dst)
}

// ancestor is what is told of each ancestor.
type ancestor struct {
	pid                   uint32
	entity, name, program string
}

func appendAncestor(dst []byte, a *ancestor) []byte {
	dst = number(append(dst, '{'), `"pid":`, uint64(a.pid))
	dst = text(dst, `"entity_id":"`, a.entity)
	dst = text(dst, `"name":"`, a.name)
	dst = text(dst, `"executable":"`, a.program)
	return closeObject(dst)
}
