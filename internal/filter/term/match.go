package term

import (
	"strings"

	"github.com/exectrail/exectrail/event"
)

// HostPIDNamespace is the inode number of the first pid namespace of a machine, which never changes: PROC_PID_INIT_INO in
// include/linux/proc_ns.h, since Linux 3.8.
const HostPIDNamespace = 4026531836

// Match reports whether the terms select an event, by what the event tells. What it does not tell is selected by no term that is about it:
// forks and exits tell of no namespace and no control group, and no event of the control groups above its own, so
// that Cgroup is compared with the group itself. Under holds for a process with that id, and for one with such an ancestor.
func (t *Terms) Match(e event.Event) bool {
	var a *event.Attempt
	var p *event.Process
	var parent uint32
	switch e := e.(type) {
	case *event.Exec:
		a, p = &e.Attempt, e.Process
	case *event.ExecFailed:
		a, p = &e.Attempt, e.Process
	case *event.Fork:
		p = e.Process
		if p != nil && p.Parent != nil {
			parent = p.Parent.Key.PID
		} else if t.PPID.Set {
			return false
		}
	case *event.Exit:
		p, parent = e.Process, e.ParentPID
	default:
		return true
	}
	if t.Container != "" && !t.inContainer(a, p) {
		return false
	}
	if a != nil {
		return ofTask(t, a.UID, a.GID, a.PID, a.ParentPID, a.Comm) && t.inSurroundings(a) && t.inTree(a.PID, p)
	}
	if t.MountNS != 0 || t.PIDNS != 0 || t.HostOnly || t.Cgroup != 0 {
		return false
	}
	if p == nil {
		return *t == Terms{PPID: t.PPID} && t.PPID.Holds(parent)
	}
	return ofTask(t, p.UID, p.GID, p.Key.PID, parent, p.Name) && t.inTree(p.Key.PID, p)
}

func (t *Terms) inTree(pid uint32, p *event.Process) bool {
	if t.Under == 0 || pid == t.Under {
		return true
	}
	if p != nil {
		for a := range p.Ancestors {
			if a.Key.PID == t.Under {
				return true
			}
		}
	}
	return false
}

func (t *Terms) inContainer(a *event.Attempt, p *event.Process) bool {
	switch {
	case a != nil && a.Container != nil:
		return t.IsContainer(a.Container.ID)
	case a == nil && p != nil && p.Container != nil:
		return t.IsContainer(p.Container.ID)
	}
	return false
}

// IsContainer reports whether id is that of the container: Container, or 64 digits that begin with it.
func (t *Terms) IsContainer(id string) bool {
	return t.Container == id || len(t.Container) >= minDigits && strings.HasPrefix(id, t.Container) && event.IsContainerHash(id)
}

// minDigits is how much there has to be of the beginning of an id.
const minDigits = 4

// inSurroundings is about what a skeleton of a record lacks.
func (t *Terms) inSurroundings(a *event.Attempt) bool {
	if t.MountNS == 0 && t.PIDNS == 0 && !t.HostOnly && t.Cgroup == 0 {
		return true
	}
	return !a.Degraded.Has(event.PartDetails) &&
		(t.MountNS == 0 || a.MountNS == t.MountNS) &&
		(t.PIDNS == 0 || a.PIDNS == t.PIDNS) &&
		(!t.HostOnly || a.PIDNS == HostPIDNamespace) &&
		(t.Cgroup == 0 || a.CgroupID == t.Cgroup)
}

// ofTask compares what is known of each process. An id that is not known is in no range.
func ofTask[Name string | []byte](t *Terms, uid, gid, pid, ppid uint32, comm Name) bool {
	return holdsID(t.UID, uid) && holdsID(t.GID, gid) && t.PID.Holds(pid) && t.PPID.Holds(ppid) &&
		(t.Comm == "" || string(comm) == t.Comm)
}

func holdsID(r Range, id uint32) bool { return !r.Set || id != event.NoID && r.Holds(id) }
