// Package testenv says which tests a machine can run. A test that needs more
// than that skips and tells why; but where EXECTRAIL_MUST_RUN=1 promises that
// all can run, a skip is a failure.
package testenv

import (
	"fmt"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
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

// NeedsKernel skips a test on a kernel older than the one that brought what it
// is about. That is no skip to complain about on any machine.
func NeedsKernel(t testing.TB, major, minor int) {
	t.Helper()
	if KernelBefore(t, major, minor) {
		t.Skipf("needs Linux %d.%d, this is %s", major, minor, kernelRelease(t))
	}
}

// KernelBefore reports whether the kernel is older than a version, for tests of which only a part needs it.
func KernelBefore(t testing.TB, major, minor int) bool {
	t.Helper()
	release := kernelRelease(t)
	var haveMajor, haveMinor int
	if _, err := fmt.Sscanf(release, "%d.%d", &haveMajor, &haveMinor); err != nil {
		t.Fatalf("parse kernel release %q: %v", release, err)
	}
	return haveMajor < major || haveMajor == major && haveMinor < minor
}

func kernelRelease(t testing.TB) string {
	t.Helper()
	var uname unix.Utsname
	if err := unix.Uname(&uname); err != nil {
		t.Fatal(err)
	}
	return unix.ByteSliceToString(uname.Release[:])
}

// Emulated reports whether the machine is one of the kernel matrix: its
// processor is emulated, and everything takes some ten times as long.
func Emulated() bool { return os.Getenv("EXECTRAIL_EMULATED") == "1" }

// NeedsOwnMachine skips a test that changes what all programs of a machine share, such as the wall clock. It runs on each
// kernel of the matrix, and there it cannot skip: on a machine that others use it must not run, whatever it promises.
func NeedsOwnMachine(t testing.TB) {
	t.Helper()
	if !Emulated() {
		t.Skip("needs a machine of its own, as those of the kernel matrix are")
	}
}

// Patience is for how long to wait for what must come. It is no measure of
// speed: only a test that fails takes this long.
func Patience(usual time.Duration) time.Duration {
	if Emulated() {
		return 6 * usual
	}
	return usual
}

// Times returns how often to repeat what a test does many times over: less often in an emulated machine.
func Times(usual, emulated int) int {
	if Emulated() {
		return emulated
	}
	return usual
}
