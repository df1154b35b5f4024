package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestRunEnds compares with how the same program ends when it is run bare.
func TestRunEnds(t *testing.T) {
	setCorePattern(t, "core")
	for _, how := range []string{"status 0", "status 1", "status 42", "status 255", "killed", "segfault"} {
		t.Run(how, func(t *testing.T) {
			argv := append([]string{trigger(t, "life")}, strings.Fields(how)...)
			bare := exec.Command(argv[0], argv[1:]...)
			bare.Dir = publicDir(t)
			_ = bare.Run() // how it ended is looked at
			s := newRun(t, append([]string{"--"}, argv...)...).runs(t, shellStatus(bare.ProcessState))
			if said := s.said(t); strings.Contains(said, "exectrail:") {
				t.Errorf("it says:\n%s", said)
			}
			want, ok := bare.ProcessState.Sys().(syscall.WaitStatus)
			if !ok {
				t.Fatal("the kernel does not tell")
			}
			p := &s.recorded(t).Processes[0]
			if want.Signaled() && (syscall.Signal(p.Signal) != want.Signal() || p.CoreDumped != want.CoreDump()) || want.Exited() && (p.ExitCode != want.ExitStatus() || p.Signal != 0) {
				t.Errorf("exit %d, signal %d and core %v were recorded, want %v", p.ExitCode, p.Signal, p.CoreDumped, want)
			}
		})
	}
	t.Run("not found", func(t *testing.T) {
		newRun(t, "--", "/no/such/file").runs(t, 127).says(t, "exectrail: run /no/such/file: no such file or directory")
	})
}

// TestRunStatus compares with what a shell says of the same command.
func TestRunStatus(t *testing.T) {
	dir := publicDir(t)
	for name, mode := range map[string]os.FileMode{"plain": 0o644, "script": 0o755} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte("exit $(($1 + 1))\n"), mode))
	}
	must(t, os.WriteFile(filepath.Join(dir, "lost"), []byte("#!/no/such/interpreter\n"), 0o755))
	copyFile(t, trigger(t, "nothing"), filepath.Join(dir, "here"))
	path := "PATH=" + os.Getenv("PATH")
	for _, test := range []struct {
		name string
		argv []string
		env  string // the only variable; PATH as it is if empty
		want int
		says string // on stderr, beside what the shell says
	}{
		{name: "terminated", argv: []string{"sh", "-c", "kill -TERM $$"}, want: 128 + 15},
		{name: "not found", argv: []string{"no-such-command-here"}, want: 127, says: "run no-such-command-here: command not found"},
		{name: "no such file", argv: []string{"./missing"}, want: 127, says: "run ./missing: no such file or directory"},
		{name: "no such interpreter", argv: []string{"./lost"}, want: 127, says: "run ./lost: "},
		{name: "not executable", argv: []string{"./plain"}, want: 126, says: "run ./plain: permission denied"},
		{name: "a directory", argv: []string{"/"}, want: 126, says: "run /: "},
		{name: "a script without an interpreter", argv: []string{"./script", "4"}, want: 5},
		{name: "in the directory that PATH has", argv: []string{"script", "4"}, env: "PATH=/nowhere:.", want: 5},
		{name: "in an empty PATH", argv: []string{"no-such-command-here"}, env: "PATH=", want: 127, says: "run no-such-command-here: command not found"},
		{name: "in the usual PATH", argv: []string{"sh", "-c", "exit 3"}, env: "NO=PATH", want: 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := test.env
			if env == "" {
				env = path
			}
			shell := exec.Command("/bin/sh", append([]string{"-c", `"$@"`, "sh"}, test.argv...)...)
			shell.Dir, shell.Env = dir, []string{env}
			_ = shell.Run() // its status is looked at
			if got := shellStatus(shell.ProcessState); got != test.want {
				t.Errorf("a shell has the status %d, want %d", got, test.want)
			}
			s := newRun(t, append([]string{"--"}, test.argv...)...)
			s.Dir, s.Env = dir, []string{env}
			s.runs(t, test.want)
			if test.says != "" {
				s.says(t, "exectrail: "+test.says)
			} else if said := s.said(t); strings.Contains(said, "exectrail:") {
				t.Errorf("it says:\n%s", said)
			}
		})
	}
}
