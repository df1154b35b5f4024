package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/filter"
	"github.com/exectrail/exectrail/internal/filter/term"
)

// selection decides which events are shown: those that the user asked for.
type selection struct {
	filter  *filter.Filter
	scope   filter.Scope
	live    bool
	chooses bool                    // not everything was asked for
	terms   term.Terms              // what of it the kernel can decide, on a live machine
	left    map[event.Action]uint64 // how many were recorded and not asked for
}

func newSelection(opts *traceOptions) (*selection, error) {
	o, replay := &opts.choose, opts.replay != ""
	if err := o.validate(replay); err != nil {
		return nil, err
	}
	f, err := o.compile(replay)
	if err != nil {
		return nil, err
	}
	s := &selection{
		filter: f, live: !replay, left: map[event.Action]uint64{},
		scope: filter.Scope{Under: uint32(o.under), Cgroup: o.cgroup, HostOnly: o.hostOnly},
	}
	s.chooses = !f.Empty() || len(s.flags()) > 0
	if s.live {
		s.terms, err = s.findTerms()
	}
	return s, err
}

// options returns what the selection asks of a live session.
func (s *selection) options() []exectrail.Option {
	options := []exectrail.Option{exectrail.WithTerms(s.terms)}
	if s.filter.Late() {
		options = append(options, exectrail.WithContainerNames())
	}
	return options
}

// takes reports whether an event is to be shown, and counts it if not.
func (s *selection) takes(e event.Event) bool {
	if !s.chooses {
		return true
	}
	// What expressions cannot say was decided by the kernel, or is by the scope, which looks at every event to follow processes.
	in, asked := s.live || s.scope.Match(e), s.filter.Match(e)
	if !in || !asked {
		s.left[e.Action()]++
	}
	return in && asked
}

// flags returns those that no expression can say, as the user wrote them.
func (s *selection) flags() []string {
	var flags []string
	if s.scope.Under != 0 {
		flags = append(flags, fmt.Sprintf("--under %d", s.scope.Under))
	}
	if s.scope.Cgroup != "" {
		flags = append(flags, "--cgroup "+s.scope.Cgroup)
	}
	if s.scope.HostOnly {
		flags = append(flags, "--host-only")
	}
	return flags
}

// findTerms returns what of the selection the kernel can decide.
func (s *selection) findTerms() (term.Terms, error) {
	terms, _ := s.filter.Terms()
	terms.Under, terms.HostOnly = s.scope.Under, s.scope.HostOnly
	if s.scope.Cgroup != "" {
		_, id, err := findCgroup(s.scope.Cgroup)
		if err != nil {
			return term.Terms{}, err
		}
		terms.Cgroup = id
	}
	return terms, nil
}

// findCgroup returns the directory of a control group and its id, by the path of its directory, or by its path below where the
// hierarchy is mounted.
func findCgroup(path string) (found string, id uint64, err error) {
	for _, dir := range []string{path, filepath.Join("/sys/fs/cgroup", path), filepath.Join("/sys/fs/cgroup/unified", path), filepath.Join("/sys/fs/cgroup/pids", path)} {
		info, err := os.Stat(filepath.Join(dir, "cgroup.procs"))
		if err == nil {
			info, err = os.Stat(dir)
		}
		if err == nil {
			if status, ok := info.Sys().(*syscall.Stat_t); ok {
				return dir, status.Ino, nil
			}
		}
	}
	return "", 0, &usageError{"--cgroup: no control group is at " + quote(path), "give the path below /sys/fs/cgroup, such as /system.slice/ssh.service"}
}

// explanation tells who decides what. A clause of which the kernel decides a part only is in both lists.
type explanation struct {
	Kernel    []string `json:"kernel"`
	UserSpace []string `json:"user_space"`
}

func (s *selection) explain() explanation {
	e := explanation{Kernel: []string{}, UserSpace: []string{}}
	if !s.live {
		e.UserSpace = append(append(e.UserSpace, s.flags()...), s.filter.Clauses()...)
		return e
	}
	_, rest := s.filter.Terms()
	e.Kernel = append(append(e.Kernel, s.flags()...), s.filter.Pushed()...)
	e.UserSpace = append(e.UserSpace, rest.Clauses()...)
	return e
}

func (e explanation) write(w io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(e)
	}
	for _, part := range []struct {
		title   string
		clauses []string
	}{{"in the kernel, before anything is recorded:", e.Kernel}, {"in user space:", e.UserSpace}} {
		if len(part.clauses) == 0 {
			part.clauses = []string{"(nothing)"}
		}
		if _, err := fmt.Fprintln(w, part.title); err != nil {
			return err
		}
		for _, c := range part.clauses {
			if _, err := fmt.Fprintf(w, "    %s\n", c); err != nil {
				return err
			}
		}
	}
	return nil
}
