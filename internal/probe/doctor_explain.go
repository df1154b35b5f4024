package probe

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"
	"golang.org/x/sys/unix"
)

// explain turns an error of loading or attaching into plain words. config names the
// options without which a kernel cannot do what was tried.
func explain(m *machine, err error, config ...string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES) && !isVerifier(err):
		if missing := m.held.missing(); len(missing) > 0 {
			return &problem{"not permitted without " + strings.Join(missing, " and "), rightsHint(m)}
		}
	}
	for _, option := range config {
		if m.config.lacks(option) {
			return &problem{reason: "the kernel is built without CONFIG_" + option}
		}
	}
	switch {
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES) && !isVerifier(err):
		reason := "refused by the kernel, although the capabilities are held"
		if m.seccomp == "2" {
			reason += "; perhaps by the seccomp filter of the container"
		}
		return &problem{reason: reason}
	case strings.Contains(err.Error(), "tracefs"):
		return &problem{"tracefs is not mounted", "to mount it: mount -t tracefs tracefs /sys/kernel/tracing"}
	case errors.Is(err, ebpf.ErrNotSupported), errors.Is(err, btf.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return &problem{reason: "not in this kernel"}
	case errors.Is(err, unix.ENOMEM):
		return &problem{"not enough memory", "use a smaller ring (--buffer-size), or raise the memory limit of the control group"}
	}
	return err
}

// isVerifier tells apart a program that the verifier rejected from one that must not be loaded: both are EACCES.
func isVerifier(err error) bool {
	var v *ebpf.VerifierError
	return errors.As(err, &v) && len(v.Log) > 0
}
