package exectrail

import (
	"strings"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/enrich"
	"github.com/exectrail/exectrail/internal/enrich/runtimes"
	"github.com/exectrail/exectrail/internal/wire"
)

// appendSurroundings appends what was not told yet of the users, the groups and the container of an exec.
func (l *live) appendSurroundings(told [][]byte, boot uint64, a *event.Attempt) [][]byte {
	now := time.Now()
	told = l.appendContainers(told, boot, a, now)
	return l.appendOwners(told, boot, a, now)
}

// appendOwners appends whom the ids of an exec mean: on the machine, or where the process has another root directory.
func (l *live) appendOwners(told [][]byte, boot uint64, a *event.Attempt, now time.Time) [][]byte {
	c := &a.Credentials
	users, groups := [...]uint32{c.UID, c.EUID, c.SUID}, [...]uint32{c.GID, c.EGID, c.SGID}
	told = l.appendName(told, boot, c.LoginUID, false, now)

	scope := wire.Scope{MountNS: a.MountNS, UserNS: a.UserNS}
	state, renewed := l.owners.See(a.PID, enrich.Scope(scope), now)
	_, _, own := l.tracer.reader.NameIn(scope, 0, false)
	if state == enrich.ScopeOfMachine {
		if own {
			told = append(told, wire.AppendOwner(nil, boot, wire.OwnerOf{Scope: scope, What: wire.ScopeMachine}))
		}
		for i := range users {
			told = l.appendName(told, boot, users[i], false, now)
			told = l.appendName(told, boot, groups[i], true, now)
		}
		return told
	}
	if renewed || !own {
		told = append(told, wire.AppendOwner(nil, boot, wire.OwnerOf{Scope: scope, What: wire.ScopeOthers}))
	}
	for i := range users {
		told = l.appendOwner(told, boot, scope, users[i], false)
		told = l.appendOwner(told, boot, scope, groups[i], true)
	}
	return told
}

func (l *live) appendName(told [][]byte, boot uint64, id uint32, group bool, now time.Time) [][]byte {
	names := l.users
	if group {
		names = l.groups
	}
	name := names.Lookup(id, now)
	if known, _ := l.tracer.reader.NameOf(id, group); name == known {
		return told
	}
	return append(told, wire.AppendName(nil, boot, wire.NameOf{ID: id, Group: group, Name: []byte(name)}))
}

func (l *live) appendOwner(told [][]byte, boot uint64, s wire.Scope, id uint32, group bool) [][]byte {
	name, found := l.owners.Lookup(enrich.Scope(s), id, group)
	known, _, _ := l.tracer.reader.NameIn(s, id, group)
	if !found || name == known {
		return told
	}
	what := wire.OwnerUser
	if group {
		what = wire.OwnerGroup
	}
	return append(told, wire.AppendOwner(nil, boot, wire.OwnerOf{Scope: s, What: what, ID: id, Name: []byte(name)}))
}

// appendContainers appends what was found out about containers by now, and begins to look up that of an exec.
func (l *live) appendContainers(told [][]byte, boot uint64, a *event.Attempt, now time.Time) [][]byte {
	for answer := range l.containers.Answers(now) {
		told = append(told, wire.AppendContainer(nil, boot, factsOf(answer)))
	}
	if len(a.CgroupName) == 0 {
		return told
	}
	switch c := l.tracer.reader.Container(a); {
	case c == nil:
		// Those of systemd's units cannot be anything else.
		if !isUnit(a.CgroupName) {
			l.pathKey = append(append(append(append(append(l.pathKey[:0], '/'), a.CgroupName...), '/'), a.CgroupParent...), '/')
			l.pathKey = append(l.pathKey, a.CgroupAbove...)
			if l.containers.Due(string(l.pathKey), now) {
				l.containers.AskPath(string(l.pathKey), pathOf(&a.Cgroup), now)
			}
		}
	case event.IsContainerHash(c.ID) && l.containers.Due(c.ID, now):
		l.containers.Ask(c.ID, pathOf(&a.Cgroup), now)
	}
	return told
}

func factsOf(a *runtimes.Answer) *wire.Facts {
	return &wire.Facts{Path: a.Cgroup, Container: a.Container}
}

func isUnit(name []byte) bool {
	for _, suffix := range [...]string{".service", ".scope", ".slice"} {
		if strings.HasSuffix(string(name), suffix) {
			return true
		}
	}
	return false
}

// pathOf returns the path of a control group from its last component to its first.
func pathOf(c *event.Cgroup) []string {
	path := []string{string(c.CgroupName)}
	if len(c.CgroupParent) > 0 {
		path = append(path, string(c.CgroupParent))
	}
	return append(path, event.Strings{Raw: c.CgroupAbove}.Slice()...)
}
