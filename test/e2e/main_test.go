package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/exectrail/exectrail/test/triggers"
)

// triggersEnv names the directory of the compiled triggers.
const triggersEnv = "EXECTRAIL_TRIGGERS"

func TestMain(m *testing.M) {
	code, err := runTests(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// runTests builds the triggers before the tests, where the tests can run at all.
func runTests(m *testing.M) (int, error) {
	if os.Getenv(triggersEnv) != "" || obstacle() != "" {
		return m.Run(), nil
	}
	dir, err := os.MkdirTemp("", "exectrail-e2e-")
	if err != nil {
		return 0, fmt.Errorf("make directory for the triggers: %w", err)
	}
	defer os.RemoveAll(dir)
	// Some triggers are run by a user who is nobody.
	if err := os.Chmod(dir, 0o755); err != nil {
		return 0, err
	}
	if err := triggers.Build(context.Background(), dir); err != nil {
		return 0, fmt.Errorf("build triggers: %w", err)
	}
	if err := os.Setenv(triggersEnv, dir); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// obstacle returns what keeps the tests of this package from running here, or "".
func obstacle() string {
	if os.Geteuid() != 0 {
		return "must be run as root: loading programs into the kernel"
	}
	if !inInitialPIDNamespace() {
		return "must be run in the initial pid namespace: the tests compare process ids"
	}
	if _, err := exec.LookPath(compiler()); err != nil && os.Getenv(triggersEnv) == "" {
		return "no C compiler for the triggers: install gcc and libc6-dev"
	}
	return ""
}

func compiler() string {
	if cc := os.Getenv("CC"); cc != "" {
		return cc
	}
	return "cc"
}

// inInitialPIDNamespace compares with the number that the kernel gives that
// namespace at build time (PROC_PID_INIT_INO).
func inInitialPIDNamespace() bool {
	link, err := os.Readlink("/proc/self/ns/pid")
	return err == nil && link == "pid:[4026531836]"
}
