package object

import (
	"errors"
	"slices"
	"strings"

	"github.com/cilium/ebpf"
)

// VerifierLog returns all that the kernel's verifier said when it refused a program, a line each, or "" when err
// is about something else. The text of err has the last of it.
func VerifierLog(err error) string {
	return strings.Join(verifierLog(err), "\n")
}

// verifierLog returns the lines of the verifier's log, if it was the verifier that refused a program.
func verifierLog(err error) []string {
	if v := (*ebpf.VerifierError)(nil); errors.As(err, &v) {
		return v.Log
	}
	return nil
}

// verifierSaid returns what the verifier said while it went through a program.
func verifierSaid(err error) []string { return withoutReport(verifierLog(err)) }

// withoutReport leaves out what the verifier adds at the end of its log: since 7.3 a report that explains its last line, which
// begins with "Verification failed:", and always statistics.
func withoutReport(log []string) []string {
	end := slices.IndexFunc(log, func(line string) bool {
		return strings.HasPrefix(line, "Verification failed:") || strings.HasPrefix(line, "processed ")
	})
	if end >= 0 {
		log = log[:end]
	}
	for len(log) > 0 && strings.TrimSpace(log[len(log)-1]) == "" {
		log = log[:len(log)-1]
	}
	return log
}

// lastLine tells what the verifier said last, or "" if it said nothing.
func lastLine(err error) string {
	said := verifierSaid(err)
	if len(said) == 0 {
		return ""
	}
	return "the verifier says: " + strings.TrimSpace(said[len(said)-1])
}
