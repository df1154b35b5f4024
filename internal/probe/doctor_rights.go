package probe

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/machine"
)

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

func (c capability) try(m *machine.Machine) (string, error) {
	switch {
	case m.Held.Has(c.number):
		return "held", nil
	case m.Held.Permits(c.number):
		return "held as part of CAP_SYS_ADMIN", nil
	case c.required:
		return "", machine.NewError("not held", m.RightsHint(m.Held.Missing(requiredCapabilities()...)))
	}
	return "", errors.New("not held")
}

func tryUserNamespace(m *machine.Machine) (string, error) {
	switch {
	case !m.UserNS.Known:
		return "not known: /proc/self/ns/user cannot be read", nil
	case m.UserNS.Initial:
		return "the first one", nil
	}
	return "", machine.NewError(
		"this process is in a user namespace of its own, where it has no right to the kernel's BPF",
		"run it on the host, or in a container without a user namespace (not rootless)",
	)
}

func trySeccomp(m *machine.Machine) (string, error) {
	switch m.Seccomp {
	case "0":
		return "no filter", nil
	case "":
		return "not known", nil
	}
	return "", errors.New("a filter is active; if programs cannot be loaded although the capabilities are held, it may be the cause")
}

func tryPIDNamespace(m *machine.Machine) (string, error) {
	switch {
	case !m.PIDNS.Known:
		return "not known: /proc/self/ns/pid cannot be read", nil
	case m.PIDNS.Initial:
		return "the first one", nil
	}
	return "", machine.NewError(
		"this process is in a pid namespace of its own: process ids in events differ from those that ps shows here",
		"in a container, share the host's (--pid=host)",
	)
}
