// Package testenv says which tests a machine can run. A test that needs more
// than that skips and tells why; but where EXECTRAIL_MUST_RUN=1 promises that
// all can run, a skip is a failure.
package testenv

import (
	"os"
	"testing"
)

// Skip ends a test that cannot run here.
func Skip(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("EXECTRAIL_MUST_RUN") == "1" {
		t.Fatalf("skipped although EXECTRAIL_MUST_RUN is set: "+format, args...)
	}
	t.Skipf(format, args...)
}

// NeedsRoot skips a test that loads programs into the kernel, unless root runs it.
func NeedsRoot(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		Skip(t, "must be run as root: loading programs into the kernel")
	}
}

// NeedsInitialPIDNamespace skips a test that compares process ids with those of the kernel.
func NeedsInitialPIDNamespace(t testing.TB) {
	t.Helper()
	// The number that the kernel gives that namespace at build time (PROC_PID_INIT_INO).
	if link, err := os.Readlink("/proc/self/ns/pid"); err != nil || link != "pid:[4026531836]" {
		Skip(t, "must be run in the initial pid namespace: comparing process ids")
	}
}
