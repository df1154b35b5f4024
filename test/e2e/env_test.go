package e2e

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/exectrail/exectrail"
)

// TestEnv compares the environment that was recorded with the one the program has.
func TestEnv(t *testing.T) {
	t.Run("all", func(t *testing.T) {
		recorded, w := recordEnv(t, command(t, "environment", trigger(t, "target")), exectrail.WithEnv())
		if !slices.Equal(recorded, w.env) {
			t.Errorf("the environment is %q, want %q", recorded, w.env)
		}
	})
	t.Run("2 MB", func(t *testing.T) {
		large := largeEnv()
		recorded, w := recordEnv(t, withEnv(command(t, "plain", trigger(t, "target")), large), exectrail.WithEnv())
		if !slices.Equal(recorded, w.env) || len(w.env) != len(large) {
			t.Errorf("%d variables were recorded, the program has %d, it was given %d", len(recorded), len(w.env), len(large))
		}
	})
}

// TestEnvChoice asks for some variables, or none.
func TestEnvChoice(t *testing.T) {
	t.Run("named", func(t *testing.T) {
		recorded, w := recordEnv(t, command(t, "environment", trigger(t, "target")), exectrail.WithEnv("FOO", "LAST", "ABSENT"))
		want := slices.DeleteFunc(slices.Clone(w.env), func(variable string) bool {
			name, _, ok := strings.Cut(variable, "=")
			return !ok || name != "FOO" && name != "LAST"
		})
		if !slices.Equal(recorded, want) || len(want) != 3 {
			t.Errorf("the environment is %q, want %q", recorded, want)
		}
	})
	t.Run("not asked for", func(t *testing.T) {
		recorded, _ := recordEnv(t, command(t, "environment", trigger(t, "target")))
		if len(recorded) != 0 {
			t.Errorf("the environment is %q, although nobody asked", recorded)
		}
	})
	t.Run("none at all", func(t *testing.T) {
		recorded, w := recordEnv(t, command(t, "environment", trigger(t, "target"), "none"), exectrail.WithEnv())
		if len(recorded) != 0 || len(w.env) != 0 {
			t.Errorf("the environment is %q, want %q", recorded, w.env)
		}
	})
	t.Run("one of 2 MB", func(t *testing.T) {
		recorded, w := recordEnv(t, withEnv(command(t, "plain", trigger(t, "target")), largeEnv()), exectrail.WithEnv("AFTER"))
		if want := w.env[len(w.env)-1:]; !slices.Equal(recorded, want) {
			t.Errorf("the variables are %q, want %q", recorded, want)
		}
	})
}

// largeEnv is nearly as much as the kernel takes with the usual limit of the stack.
func largeEnv() []string {
	var env []string
	for i := range 20 {
		env = append(env, fmt.Sprintf("LARGE_%d=%s", i, strings.Repeat(string(rune('a'+i)), 100_000)))
	}
	return append(env, "AFTER=all")
}

func withEnv(cmd *exec.Cmd, env []string) *exec.Cmd {
	cmd.Env = env
	return cmd
}

// recordEnv runs a command, and returns the environment that was recorded of its target.
func recordEnv(t *testing.T, cmd *exec.Cmd, options ...exectrail.Option) ([]string, witness) {
	t.Helper()
	r := record(t, append(options, exectrail.WithForks(), exectrail.WithExits())...)
	ran := r.run(t, cmd)
	r.stop(t)
	e, w := ran.target(t), ran.single(t)
	compare(t, e, w)
	if n := e.Env.Missing(); n != 0 {
		t.Errorf("%d bytes of the environment are missing", n)
	}
	return e.Env.Slice(), w
}
