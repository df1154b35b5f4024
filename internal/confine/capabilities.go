package confine

import (
	"errors"
	"unsafe"

	"golang.org/x/sys/unix"
	libcap "kernel.org/pub/linux/libs/security/libcap/cap"
)

// What is kept of the capabilities that are held:
//
//	capability           kept for    because
//	CAP_SYS_PTRACE       Processes   /proc/PID/{cwd,exe,root,environ} of others (ptrace_may_access)
//	CAP_DAC_READ_SEARCH  Processes   paths through directories that only their owner may enter
//	CAP_KILL             Child       the child may be of another user
//	CAP_BPF              Kernel      bpf(2) as a whole, where bpfNeedsRights finds it so
//
// All others go, among them those that loading takes: CAP_PERFMON,
// CAP_SYS_RESOURCE and CAP_SYS_ADMIN (which stays in the place of CAP_BPF where
// only it is held, and bpf(2) wants one of the two).

// dropCapabilities leaves in the effective and permitted sets what needs asks
// for, and nothing in the inheritable, ambient and bounding sets.
func dropCapabilities(needs Needs) error {
	held, err := libcap.GetPID(0) // and not GetProc, which panics in a sandbox that forbids it
	if err != nil {
		return err
	}
	keep := libcap.NewSet()
	if needs&Processes != 0 {
		if err := keepHeld(keep, held, libcap.SYS_PTRACE, libcap.DAC_READ_SEARCH); err != nil {
			return err
		}
	}
	if needs&Child != 0 {
		if err := keepHeld(keep, held, libcap.KILL); err != nil {
			return err
		}
	}
	// First, since it takes a capability that is about to go.
	err = emptyVectors(held)
	if needs&Kernel == 0 {
		return errors.Join(err, keep.SetProc())
	}
	bpf := libcap.BPF
	if has, _ := held.GetFlag(libcap.Permitted, bpf); !has {
		bpf = libcap.SYS_ADMIN
	}
	return errors.Join(err, keepWhereNeeded(keep, held, bpf, bpfNeedsRights))
}

// keepHeld adds to keep, as permitted and effective, those that are permitted now.
func keepHeld(keep, held *libcap.Set, values ...libcap.Value) error {
	for _, v := range values {
		if has, err := held.GetFlag(libcap.Permitted, v); err != nil || !has {
			continue // a kernel that does not know it has nothing to keep
		}
		if err := errors.Join(keep.SetFlag(libcap.Permitted, true, v), keep.SetFlag(libcap.Effective, true, v)); err != nil {
			return err
		}
	}
	return nil
}

// keepWhereNeeded applies keep, and v with it if needed finds that nothing works without.
func keepWhereNeeded(keep, held *libcap.Set, v libcap.Value, needed func() bool) error {
	without, err := keep.Dup()
	if err != nil {
		return err
	}
	if err := keepHeld(keep, held, v); err != nil {
		return err
	}
	// Not effective, but not lost either.
	if err := keep.SetFlag(libcap.Effective, false, v); err != nil {
		return err
	}
	if err := keep.SetProc(); err != nil {
		return err
	}
	if !needed() {
		return without.SetProc()
	}
	if err := keepHeld(keep, held, v); err != nil {
		return err
	}
	return keep.SetProc()
}

// bpfNeedsRights reports whether bpf(2) refuses every command to the calling
// thread. It does so before Linux 5.19 where kernel.unprivileged_bpf_disabled is
// set and the caller has neither CAP_BPF nor CAP_SYS_ADMIN; from then on that is
// asked of commands that make something new only.
func bpfNeedsRights() bool {
	attr := struct {
		fd uint32
		_  [28]byte
	}{fd: ^uint32(0)}
	_, _, errno := unix.Syscall(unix.SYS_BPF, unix.BPF_MAP_LOOKUP_ELEM, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr))
	// There is no such map (EBADF), which is for those to know who may ask.
	return errno == unix.EPERM
}

// emptyVectors empties the inheritable, ambient and bounding sets. These say
// what a program gets that this process executes, which the filter and
// no_new_privs prevent: where the bounding set cannot be emptied for want of
// CAP_SETPCAP, it stays.
func emptyVectors(held *libcap.Set) error {
	vectors := libcap.NewIAB()
	if has, _ := held.GetFlag(libcap.Permitted, libcap.SETPCAP); has {
		for v := range libcap.MaxBits() {
			// In this vector, what is raised is what is blocked.
			if err := vectors.SetVector(libcap.Bound, true, v); err != nil {
				return err
			}
		}
	}
	return vectors.SetProc()
}
