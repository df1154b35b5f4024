package object

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/cilium/ebpf"
)

// TestInspectShortLog finds what the verifier found last, in logs of kernels before and since 7.3.
func TestInspectShortLog(t *testing.T) {
	const found = "1\n2\n3\n7: (79) r0 = *(u64 *)(r0 +0)\nR0 invalid mem access 'map_value_or_null'\n"
	const statistics = "processed 7 insns (limit 1000000) max_states_per_insn 0"
	const report = "\nVerification failed: Register Type Safety: Invalid dereference\n\nReason:\n  R0 may be NULL here\n\n"
	for name, log := range map[string]string{
		"before 7.3": found + statistics,
		"since 7.3":  found + report + statistics,
		"cut":        strings.TrimSuffix(found, "\n"),
	} {
		lines := strings.Split(log, "\n")
		r := LoadResult{Log: append([]string{"0"}, lines...)}
		if got, want := r.ShortLog(), strings.Split(strings.TrimSuffix(found, "\n"), "\n"); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		err := &ebpf.VerifierError{Cause: errors.New("permission denied"), Log: lines}
		if got, want := verifierReason(err), "the verifier says: R0 invalid mem access 'map_value_or_null'"; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if r := (LoadResult{}); len(r.ShortLog()) != 0 || verifierReason(errors.New("not permitted")) != "" {
		t.Error("there is something said where the verifier said nothing")
	}
}
