package filter

import (
	"path"
	"slices"
	"strings"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/filter/term"
)

// Scope selects processes by where they are, which no expression can say: it follows them from event to event, since a fork and an
// exit do not tell. What is not set selects everything. It is for one goroutine at a time.
type Scope struct {
	// Under is a process id: that process and all below it, children born later included. A later process that is given
	// the same id is another one.
	Under uint32
	// Cgroup is the path of a control group: processes in it and below.
	Cgroup string
	// HostOnly selects processes in the first pid namespace of the machine.
	HostOnly bool

	root   event.Key
	inside map[event.Key]bool // processes by what their last exec told of them
}

// maxFollowed bounds how many processes are remembered. Beyond it, forks and exits of further ones are not selected.
const maxFollowed = 1 << 18

// Match reports whether the event is of a process that is in scope. Events that are about no process always are.
func (s *Scope) Match(e event.Event) bool {
	switch e := e.(type) {
	case *event.Exec:
		return s.attempt(&e.Attempt, e.Process)
	case *event.ExecFailed:
		return s.attempt(&e.Attempt, e.Process)
	case *event.Fork:
		in := s.follows(e.Process) && s.descends(0, e.Process)
		s.remember(e.Process, in)
		return in
	case *event.Exit:
		in := s.follows(e.Process) && s.descends(0, e.Process)
		if e.Process != nil {
			delete(s.inside, e.Process.Key)
		}
		return in
	}
	return true
}

func (s *Scope) attempt(a *event.Attempt, p *event.Process) bool {
	var in bool
	if s.HostOnly && a.Degraded.Has(event.PartDetails) || s.Cgroup != "" && a.Degraded.Has(event.PartPaths) {
		in = s.follows(p)
	} else {
		in = (!s.HostOnly || a.PIDNS == term.HostPIDNamespace) && s.inCgroup(a)
	}
	s.remember(p, in)
	return in && s.descends(a.PID, p)
}

// surrounds reports whether anything is asked for that only execs tell.
func (s *Scope) surrounds() bool { return s.HostOnly || s.Cgroup != "" }

func (s *Scope) remember(p *event.Process, in bool) {
	if p == nil || !s.surrounds() {
		return
	}
	if s.inside == nil {
		s.inside = map[event.Key]bool{}
	}
	if _, known := s.inside[p.Key]; known || len(s.inside) < maxFollowed {
		s.inside[p.Key] = in
	}
}

// follows returns what is known of a process, or else of the one that created it.
func (s *Scope) follows(p *event.Process) bool {
	if !s.surrounds() {
		return true
	}
	if p == nil {
		return false
	}
	if in, known := s.inside[p.Key]; known || p.Parent == nil {
		return in
	}
	return s.inside[p.Parent.Key]
}

// descends reports whether a process is the root or below it.
func (s *Scope) descends(pid uint32, p *event.Process) bool {
	if s.Under == 0 {
		return true
	}
	if p == nil {
		return pid == s.Under
	}
	if s.isRoot(p.Key) {
		return true
	}
	for a := range p.Ancestors {
		if s.isRoot(a.Key) {
			return true
		}
	}
	return false
}

// isRoot reports whether a process is the root: the first one that is seen with its id.
func (s *Scope) isRoot(k event.Key) bool {
	if k.PID == s.Under && s.root.IsZero() {
		s.root = k
	}
	return k == s.root && !k.IsZero()
}

// recordedLevels is how many components of a path an event tells: beyond that the first ones are missing.
const recordedLevels = 8

// inCgroup reports whether the control group of a is the one that was asked for, or below it.
func (s *Scope) inCgroup(a *event.Attempt) bool {
	if s.Cgroup == "" {
		return true
	}
	wanted := components(s.Cgroup)
	path := event.Strings{Raw: a.CgroupAbove}.Slice()
	slices.Reverse(path)
	for _, name := range [][]byte{a.CgroupParent, a.CgroupName} {
		if len(name) > 0 {
			path = append(path, string(name))
		}
	}
	if len(path) < recordedLevels {
		return startsWith(path, wanted)
	}
	// Where the path begins is not known.
	for i := range path {
		if startsWith(path[i:], wanted[max(0, len(wanted)-len(path)):]) {
			return true
		}
	}
	return false
}

func startsWith(path, wanted []string) bool {
	return len(path) >= len(wanted) && slices.Equal(path[:len(wanted)], wanted)
}

// components returns the names in the path of a control group, without where the hierarchy is mounted.
func components(cgroup string) []string {
	clean := path.Clean("/" + cgroup)
	for _, mount := range []string{"/sys/fs/cgroup/unified", "/sys/fs/cgroup/pids", "/sys/fs/cgroup"} {
		if rest, ok := strings.CutPrefix(clean, mount); ok && (rest == "" || rest[0] == '/') {
			clean = rest
			break
		}
	}
	return strings.FieldsFunc(clean, func(r rune) bool { return r == '/' })
}
