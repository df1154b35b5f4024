package triggers

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/exectrail/exectrail/internal/testenv"
)

func TestProgramName(t *testing.T) {
	for file, want := range map[string]string{
		"plain.c":         "plain",
		"long_argument.c": "long_argument",
		"gate_arm64.c":    "gate",
		"gate_amd64.c":    "",
	} {
		name, ok := programName(file, "arm64")
		if !ok {
			name = ""
		}
		if name != want {
			t.Errorf("programName(%q) = %q, want %q", file, name, want)
		}
	}
}

func TestBuild(t *testing.T) {
	if _, err := exec.LookPath("cc"); err != nil {
		testenv.Skip(t, "no C compiler: install gcc and libc6-dev")
	}
	dir := t.TempDir()
	if err := Build(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if err := exec.Command(filepath.Join(dir, "nothing")).Run(); err != nil {
		t.Errorf("run nothing: %v", err)
	}

	// The record of the target ends with its environment and "end".
	record, err := os.Create(filepath.Join(dir, "record"))
	if err != nil {
		t.Fatal(err)
	}
	defer record.Close()
	cmd := exec.Command(filepath.Join(dir, "plain"), filepath.Join(dir, "target"), "one", "")
	cmd.Env = []string{"A=1"}
	cmd.ExtraFiles = []*os.File{record}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("run plain: %v\n%s", err, out)
	}
	got, err := os.ReadFile(record.Name())
	if err != nil {
		t.Fatal(err)
	}
	want := "argc=3\x00" + filepath.Join(dir, "target") + "\x00one\x00\x00envc=1\x00A=1\x00end\x00"
	if n := len(got) - len(want); n < 0 || string(got[n:]) != want {
		t.Errorf("the record is %q, want it to end with %q", got, want)
	}
}
