package probe

import (
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/machine"
)

// explain turns an error of loading or attaching into plain words. config names the
// options without which a kernel cannot do what was tried.
func explain(m *machine.Machine, err error, config ...string) error {
	return m.Explain(err, machine.Attempt{Capabilities: requiredCapabilities(), Config: config})
}

// requiredCapabilities are those that loading programs needs.
func requiredCapabilities() []int { return []int{unix.CAP_BPF, unix.CAP_PERFMON} }
