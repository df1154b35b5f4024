package machine

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"
	"golang.org/x/sys/unix"
)

// A HintedError tells the next step.
type HintedError struct{ Reason, Next string }

// NewError returns the error of a reason, with what to do next.
func NewError(reason, next string) *HintedError { return &HintedError{Reason: reason, Next: next} }

func (p *HintedError) Error() string { return p.Reason }

// Hint returns what to do about it.
func (p *HintedError) Hint() string { return p.Next }

// An Attempt is what the kernel may refuse.
type Attempt struct {
	Capabilities []int    // without which it is not permitted, by number
	Config       []string // options without which a kernel cannot do it
}

// Explain turns an error of an attempt into plain words: a [HintedError], or err itself if there is nothing to add.
func (m *Machine) Explain(err error, a Attempt) error {
	switch {
	case err == nil:
		return nil
	case isDenied(err):
		if missing := m.Held.Missing(a.Capabilities...); len(missing) > 0 {
			return &HintedError{"not permitted without " + strings.Join(missing, " and "), m.RightsHint(missing)}
		}
	}
	for _, option := range a.Config {
		if m.Config.Lacks(option) {
			return &HintedError{Reason: "the kernel is built without CONFIG_" + option}
		}
	}
	switch {
	case isDenied(err):
		reason := "refused by the kernel, although the capabilities are held"
		if m.Seccomp == "2" {
			reason += "; perhaps by the seccomp filter of the container"
		}
		return &HintedError{Reason: reason}
	case strings.Contains(err.Error(), "tracefs"):
		return &HintedError{"tracefs is not mounted", "to mount it: mount -t tracefs tracefs /sys/kernel/tracing"}
	case errors.Is(err, ebpf.ErrNotSupported), errors.Is(err, btf.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return &HintedError{Reason: "not in this kernel"}
	case errors.Is(err, unix.ENOMEM):
		return &HintedError{"not enough memory", "use a smaller ring (--buffer-size), or raise the memory limit of the control group"}
	}
	return err
}

func isDenied(err error) bool {
	return errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) && !IsVerifier(err)
}

// IsVerifier tells apart a program that the verifier rejected from one that must not be loaded: both are EACCES.
func IsVerifier(err error) bool {
	var v *ebpf.VerifierError
	return errors.As(err, &v) && len(v.Log) > 0
}
