package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/exectrail/exectrail/internal/testenv"
)

// examplesEnv names a directory with the objects of the examples, already compiled.
const examplesEnv = "EXECTRAIL_EXAMPLES"

// exampleObject returns the path of the compiled examples/execve-kprobe.
func exampleObject(t *testing.T) string {
	t.Helper()
	if reason := obstacle(); reason != "" {
		testenv.Skip(t, "%s", reason)
	}
	dir := os.Getenv(examplesEnv)
	if dir == "" {
		if _, err := exec.LookPath("clang-19"); err != nil {
			testenv.Skip(t, "no compiler for the example: install clang-19, llvm-19 and libbpf-dev")
		}
		var err error
		if dir, err = compileExamples(); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "execve.elf")
}

var compileExamples = sync.OnceValues(func() (string, error) {
	dir := os.Getenv(triggersEnv)
	out, err := exec.Command("../../scripts/compile-objects.sh", "../../examples/execve-kprobe", dir).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("compile the example: %w\n%s", err, out)
	}
	return dir, nil
})
