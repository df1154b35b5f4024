package e2e

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/testenv"
)

// setCorePattern changes where cores go until the end of the test.
func setCorePattern(t *testing.T, pattern string) {
	t.Helper()
	const path = "/proc/sys/kernel/core_pattern"
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(pattern), 0); err != nil {
		testenv.Skip(t, "the core pattern cannot be set: %v", err)
	}
	t.Cleanup(func() {
		if err := os.WriteFile(path, before, 0); err != nil {
			t.Errorf("the core pattern is left as %q instead of %q: %v", pattern, before, err)
		}
	})
}

// TestUsermodeHelper has the kernel itself execute a program, which no process asked for.
func TestUsermodeHelper(t *testing.T) {
	file := newWitnessFile(t)
	target := trigger(t, "target")
	setCorePattern(t, "|"+target+" witness="+file.Name()+" %P of the %e")
	r := record(t, exectrail.WithForks(), exectrail.WithExits())
	position := r.position()
	crash := exec.Command(trigger(t, "life"), "segfault")
	crash.Dir = publicDir(t)
	if err := crash.Run(); err == nil {
		t.Fatal("the program did not crash")
	}
	helper := r.await(t, position, "the helper", func(e event.Event) bool {
		exec, ok := e.(*event.Exec)
		return ok && string(exec.Executable) == target
	}).(*event.Exec)
	r.await(t, position, "the end of the helper", func(e event.Event) bool {
		exit, ok := e.(*event.Exit)
		return ok && exit.Process.Key == helper.Process.Key
	})
	r.stop(t)

	list := readWitnesses(t, file.Name())
	if len(list) != 1 {
		t.Fatalf("the helper ran %d times", len(list))
	}
	compare(t, helper, list[0])
	if helper.Process.Parent == nil || helper.Process.Parent.Key.PID != helper.ParentPID {
		t.Errorf("the parent is %+v, want the process %d", helper.Process.Parent, helper.ParentPID)
	}
	if p := helper.Process.Parent; p != nil && p.Executable != "" {
		t.Errorf("the parent runs %s, want a thread of the kernel", p.Executable)
	}
	if args := strings.Join(list[0].args[2:], " "); !strings.HasSuffix(args, " of the life") {
		t.Errorf("the helper was run with %q", args)
	}
}
