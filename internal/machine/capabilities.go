package machine

import (
	"strings"

	"golang.org/x/sys/unix"
)

// CapSet is a set of capabilities: bit n is capability n of capabilities(7).
type CapSet uint64

// Has reports whether capability c is in the set.
func (s CapSet) Has(c int) bool { return s&(1<<c) != 0 }

// Permits tells whether the kernel accepts the holder for c. Where it asks for
// CAP_BPF or CAP_PERFMON, it takes CAP_SYS_ADMIN too (bpf_capable, perfmon_capable).
func (s CapSet) Permits(c int) bool {
	return s.Has(c) || (c == unix.CAP_BPF || c == unix.CAP_PERFMON) && s.Has(unix.CAP_SYS_ADMIN)
}

// Missing names those of the capabilities that the set does not permit.
func (s CapSet) Missing(wanted ...int) []string {
	var names []string
	for _, c := range wanted {
		if !s.Permits(c) {
			names = append(names, capName(c))
		}
	}
	return names
}

func capName(c int) string {
	switch c {
	case unix.CAP_BPF:
		return "CAP_BPF"
	case unix.CAP_PERFMON:
		return "CAP_PERFMON"
	case unix.CAP_NET_ADMIN:
		return "CAP_NET_ADMIN"
	case unix.CAP_NET_RAW:
		return "CAP_NET_RAW"
	}
	return "a capability"
}

// RightsHint tells how to get the capabilities that are missing. It is empty if none is.
func (m *Machine) RightsHint(missing []string) string {
	if len(missing) == 0 {
		return ""
	}
	hint := "missing " + strings.Join(missing, ", ") + "; run with sudo"
	if m.InContainer() {
		hint += "; in a container, add the capabilities to it"
		for _, name := range missing {
			hint += " --cap-add " + strings.TrimPrefix(name, "CAP_")
		}
	}
	return hint
}
