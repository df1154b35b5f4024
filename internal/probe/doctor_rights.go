package probe

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"
)

// capSet is a set of capabilities: bit n is capability n of capabilities(7).
type capSet uint64

func (s capSet) has(c int) bool { return s&(1<<c) != 0 }

// permits tells whether the kernel accepts the holder for c. Where it asks for
// CAP_BPF or CAP_PERFMON, it takes CAP_SYS_ADMIN too (bpf_capable, perfmon_capable).
func (s capSet) permits(c int) bool {
	return s.has(c) || (c == unix.CAP_BPF || c == unix.CAP_PERFMON) && s.has(unix.CAP_SYS_ADMIN)
}

// missing names the capabilities that loading programs needs and s has not.
func (s capSet) missing() []string {
	var names []string
	for _, c := range capabilities() {
		if c.required && !s.permits(c.number) {
			names = append(names, c.name)
		}
	}
	return names
}

// A capability is one that tracing makes use of.
type capability struct {
	number   int
	name     string
	purpose  string
	required bool
}

func capabilities() []capability {
	return []capability{
		{unix.CAP_BPF, "CAP_BPF", "load programs and create maps", true},
		{unix.CAP_PERFMON, "CAP_PERFMON", "attach programs, and let them read kernel memory", true},
		{unix.CAP_SYS_PTRACE, "CAP_SYS_PTRACE", "the path and directory of processes of others that run already", false},
		{unix.CAP_SYS_RESOURCE, "CAP_SYS_RESOURCE", "raise the limit on locked memory, before Linux 5.11", false},
	}
}

func rightsTrials() []trial {
	const group = "rights"
	trials := []trial{
		{group, "user namespace", "capabilities for BPF count in the first one only", true, tryUserNamespace},
	}
	for _, c := range capabilities() {
		trials = append(trials, trial{group, c.name, c.purpose, c.required, c.try})
	}
	return append(trials,
		trial{group, "seccomp", "a filter on system calls can forbid bpf(2)", false, trySeccomp},
		trial{group, "pid namespace", "process ids in events are those of the first one", false, tryPIDNamespace},
	)
}

func (c capability) try(m *machine) (string, error) {
	switch {
	case m.held.has(c.number):
		return "held", nil
	case m.held.permits(c.number):
		return "held as part of CAP_SYS_ADMIN", nil
	case c.required:
		return "", &problem{"not held", rightsHint(m)}
	}
	return "", errors.New("not held")
}

// rightsHint tells how to get the rights that are missing.
func rightsHint(m *machine) string {
	missing := m.held.missing()
	if len(missing) == 0 {
		return ""
	}
	hint := "missing " + strings.Join(missing, ", ") + "; run with sudo"
	if m.inContainer() {
		hint += "; in a container, add the capabilities to it (--cap-add BPF --cap-add PERFMON)"
	}
	return hint
}

func tryUserNamespace(m *machine) (string, error) {
	switch {
	case !m.userNS.known:
		return "not known: /proc/self/ns/user cannot be read", nil
	case m.userNS.initial:
		return "the first one", nil
	}
	return "", &problem{
		"this process is in a user namespace of its own, where it has no right to the kernel's BPF",
		"run it on the host, or in a container without a user namespace (not rootless)",
	}
}

func trySeccomp(m *machine) (string, error) {
	switch m.seccomp {
	case "0":
		return "no filter", nil
	case "":
		return "not known", nil
	}
	return "", errors.New("a filter is active; if programs cannot be loaded although the capabilities are held, it may be the cause")
}

func tryPIDNamespace(m *machine) (string, error) {
	switch {
	case !m.pidNS.known:
		return "not known: /proc/self/ns/pid cannot be read", nil
	case m.pidNS.initial:
		return "the first one", nil
	}
	return "", &problem{
		"this process is in a pid namespace of its own: process ids in events differ from those that ps shows here",
		"in a container, share the host's (--pid=host)",
	}
}

// inContainer reports whether the process is likely to run in a container.
func (m *machine) inContainer() bool {
	return m.userNS.known && !m.userNS.initial || m.pidNS.known && !m.pidNS.initial
}
