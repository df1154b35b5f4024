package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/exectrail/exectrail/internal/testenv"
)

// requireKernel skips the test on a kernel older than the one that brought what it is about.
func requireKernel(t testing.TB, major, minor int) {
	t.Helper()
	testenv.NeedsKernel(t, major, minor)
}

// trigger returns the path of a compiled trigger. It skips the test where triggers cannot run.
func trigger(t testing.TB, name string) string {
	t.Helper()
	if reason := obstacle(); reason != "" {
		testenv.Skip(t, "%s", reason)
	}
	path := filepath.Join(os.Getenv(triggersEnv), name)
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// publicDir returns a new directory that every user may enter.
func publicDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp(os.Getenv(triggersEnv), "test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// copyFile makes an executable copy.
func copyFile(t testing.TB, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, content, 0o755); err != nil {
		t.Fatal(err)
	}
}
