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
	l.leaveOut(a)
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
	told = l.appendAnswers(told, boot, now)
	if len(a.CgroupName) == 0 {
		return told
	}
	var key string
	switch c := l.tracer.reader.Container(a); {
	case c == nil:
		// Those of systemd's units cannot be anything else.
		if !isUnit(a.CgroupName) {
			if by := l.keyOf(a); l.containers.Due(string(by), now) {
				key = string(by)
				l.containers.AskPath(key, pathOf(&a.Cgroup), now)
			}
		}
	case event.IsContainerHash(c.ID) && l.containers.Due(c.ID, now):
		key = c.ID
		l.containers.Ask(key, pathOf(&a.Cgroup), now)
	}
	if key != "" && l.tracer.config.awaitContainers {
		l.containers.Await(key, awaitContainer)
		told = l.appendAnswers(told, boot, now)
	}
	return told
}

// awaitContainer is for how long the first event of a container is kept for its runtime's files to be read, which mostly takes less than
// a millisecond.
const awaitContainer = 500 * time.Millisecond

func (l *live) appendAnswers(told [][]byte, boot uint64, now time.Time) [][]byte {
	for answer := range l.containers.Answers(now) {
		told = append(told, wire.AppendContainer(nil, boot, factsOf(answer)))
	}
	return told
}

// keyOf returns what tells one control group from another by its path. It is valid until the next call.
func (l *live) keyOf(a *event.Attempt) []byte {
	key := append(append(append(append(append(l.pathKey[:0], '/'), a.CgroupName...), '/'), a.CgroupParent...), '/')
	l.pathKey = append(key, a.CgroupAbove...)
	return l.pathKey
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
