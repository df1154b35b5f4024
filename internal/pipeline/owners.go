package pipeline

import (
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/wire"
)

// owners are the names of users and groups: those of the machine, and those of scopes that have their own.
type owners struct {
	machine names
	scopes  map[wire.Scope]names
}

type names struct {
	users, groups map[uint32]string
}

func newNames() names { return names{users: map[uint32]string{}, groups: map[uint32]string{}} }

func newOwners() owners { return owners{machine: newNames(), scopes: map[wire.Scope]names{}} }

func (n names) of(group bool) map[uint32]string {
	if group {
		return n.groups
	}
	return n.users
}

// in returns the names that hold in a scope.
func (o *owners) in(s wire.Scope) names {
	if n, ok := o.scopes[s]; ok {
		return n
	}
	return o.machine
}

func (o *owners) learn(x *wire.OwnerOf) {
	switch x.What {
	case wire.ScopeOthers:
		put(o.scopes, x.Scope, newNames())
	case wire.ScopeMachine:
		delete(o.scopes, x.Scope)
	default:
		if n, ok := o.scopes[x.Scope]; ok {
			put(n.of(x.What == wire.OwnerGroup), x.ID, string(x.Name))
		}
	}
}

func (o *owners) namesFor(a *event.Attempt) event.Names {
	n, c := o.in(scopeOf(a)), &a.Credentials
	return event.Names{
		User: n.users[c.UID], EffectiveUser: n.users[c.EUID], SavedUser: n.users[c.SUID],
		Group: n.groups[c.GID], EffectiveGroup: n.groups[c.EGID], SavedGroup: n.groups[c.SGID],
		LoginUser: o.machine.users[c.LoginUID],
	}
}

func scopeOf(a *event.Attempt) wire.Scope { return wire.Scope{MountNS: a.MountNS, UserNS: a.UserNS} }
