package object

import (
	"errors"
	"strings"

	"github.com/cilium/ebpf"
)

// VerifierLog returns all that the kernel's verifier said when it refused a program, a line each, or "" when err
// is about something else. The text of err has the last of it.
func VerifierLog(err error) string {
	var refused *ebpf.VerifierError
	if !errors.As(err, &refused) {
		return ""
	}
	return strings.Join(refused.Log, "\n")
}
