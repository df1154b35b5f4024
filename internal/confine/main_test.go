package confine

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// insideEnv names what this program does instead of the tests: it confines itself, which would end them.
const insideEnv = "EXECTRAIL_CONFINE_INSIDE"

func TestMain(m *testing.M) {
	if name := os.Getenv(insideEnv); name != "" {
		if err := inside(name); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// insideCommand runs this program with a part of inside.
func insideCommand(t *testing.T, name string, env ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = slices.Concat(os.Environ(), env, []string{insideEnv + "=" + name})
	return cmd
}

// report is what a confined process found.
type report struct {
	// Errors holds what came of each attempt, "" for success.
	Errors map[string]string
	// Threads holds fields of /proc/self/task/*/status.
	Threads []map[string]string
}

// runInside returns what a confined process reports.
func runInside(t *testing.T, name string) report {
	t.Helper()
	cmd := insideCommand(t, name)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, stderr.String())
	}
	var r report
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%s: %v in %q\n%s", name, err, out, stderr.String())
	}
	return r
}
