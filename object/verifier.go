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

// verifierReason tells in a line why the verifier refused a program, or "" if it said nothing.
func verifierReason(err error) string {
	if source, ok := poisoned(err); ok {
		return strings.TrimSuffix("the kernel has not the type or field that the program asks for near: "+source, " near: ")
	}
	said := verifierSaid(err)
	if len(said) == 0 {
		return ""
	}
	return "the verifier says: " + strings.TrimSpace(said[len(said)-1])
}

// poisoned reports whether a program refers to what the kernel has not, and returns the line of the source in which it does,
// or the one before. The loader puts an instruction that no verifier takes in the place of one that cannot be fitted to the
// kernel, with a comment; the verifier writes each line of the source into its log, with its place after an @.
func poisoned(err error) (source string, ok bool) {
	const mark = "instruction poisoned by CO-RE"
	for line := range slices.Values(verifierSaid(err)) {
		comment, isSource := strings.CutPrefix(strings.TrimSpace(line), "; ")
		own, isPoison := strings.CutPrefix(comment, mark)
		switch {
		case isPoison:
			if own, _, _ = strings.Cut(strings.TrimPrefix(own, ": "), " @ "); own != "" {
				source = own
			}
			return source, true
		case isSource:
			source = comment
		}
	}
	return "", false
}
