package confine

import (
	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/sys/unix"
)

// refused is what a system call gets that is not on the list. An error, and no
// signal that kills: what the list forgot then fails by itself, with a message,
// and the session goes on to its end, which tells whether anything was lost.
const refused = seccomp.ActionErrno // EPERM

// unknown says that the kernel does not have a call, so that an older one is used.
const unknown = seccomp.ActionErrno | seccomp.Action(unix.ENOSYS)

// loadFilter has all threads, and those to come, make only the system calls that are listed.
func loadFilter(needs Needs, pid, child int) error {
	policy, err := newPolicy(needs, pid, child)
	if err != nil {
		return err
	}
	return seccomp.LoadFilter(seccomp.Filter{
		NoNewPrivs: true,
		// Before 5.16 a filter would also turn on a defence against speculation that slows
		// all of the process (SSBD). It is for code that is not trusted, and this is our own.
		Flag:   seccomp.FilterFlagTSync | unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW,
		Policy: policy,
	})
}

// newPolicy returns the filter for the process with the id pid.
func newPolicy(needs Needs, pid, child int) (seccomp.Policy, error) {
	machine, err := arch.GetInfo("") // that of this program
	if err != nil {
		return seccomp.Policy{}, err
	}
	allowed := seccomp.SyscallGroup{
		Action:             seccomp.ActionAllow,
		Names:              presentOn(machine, anyArguments()),
		NamesWithCondtions: onlyWith(needs, pid, child),
	}
	missing := seccomp.SyscallGroup{Action: unknown, Names: presentOn(machine, withOlderTwin())}
	return seccomp.Policy{
		DefaultAction: refused,
		Syscalls:      []seccomp.SyscallGroup{allowed, missing},
	}, nil
}

// presentOn leaves out what an architecture does not have: arm64 lacks the
// older of two calls that do the same.
func presentOn(machine *arch.Info, names []string) []string {
	var present []string
	for _, name := range names {
		if _, ok := machine.SyscallNames[name]; ok {
			present = append(present, name)
		}
	}
	return present
}
