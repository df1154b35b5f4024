package e2e

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// buildEvent is what a test looks at in a line of JSON.
type buildEvent struct {
	Event   struct{ Action string }
	Process struct {
		PID       uint32
		Args      []string
		ArgsBytes [][]byte `json:"args_bytes"` // where Args are not UTF-8
		ArgsCount int      `json:"args_count"`
		Directory string   `json:"working_directory"`
		Parent    struct{ PID uint32 }
		ExitCode  int `json:"exit_code"`
	}
	Exectrail struct {
		Filename      string
		FilenameBytes []byte `json:"filename_bytes"`
		Interpreter   string
		Errno         unix.Errno
		Args          struct {
			Missing uint64 `json:"missing_bytes"`
		}
		Env  struct{ Count int }
		Exit struct {
			Status int
			Signal unix.Signal
			Core   bool `json:"core_dumped"`
		}
	}
}

// readBuildEvents makes lives of the events in a file. The first process is the command itself.
func readBuildEvents(t *testing.T, path string) (command uint32, all map[uint32]*buildLife, forked []uint32, count int) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all = map[uint32]*buildLife{}
	for events := json.NewDecoder(bufio.NewReader(file)); ; count++ {
		var e buildEvent
		if err := events.Decode(&e); errors.Is(err, io.EOF) {
			return command, all, forked, count
		} else if err != nil {
			t.Fatal(err)
		}
		pid := e.Process.PID
		if count == 0 {
			command = pid
			all[pid] = &buildLife{parent: e.Process.Parent.PID}
		}
		life := all[pid]
		if e.Event.Action == "fork" {
			if life != nil {
				t.Fatalf("two processes had the id %d, and a test can tell them apart only by their ids: repeat it", pid)
			}
			all[pid] = &buildLife{parent: e.Process.Parent.PID}
			forked = append(forked, pid)
			continue
		}
		if life == nil || life.ended {
			t.Fatalf("event %d is an %s of process %d, which does not live", count, e.Event.Action, pid)
		}
		switch e.Event.Action {
		case "exec", "exec-failed":
			life.steps = append(life.steps, e.step(t))
		case "exit":
			life.ended, life.end = true, buildEnd{e.Exectrail.Exit.Status, e.Exectrail.Exit.Signal, e.Exectrail.Exit.Core}
			if want := life.end.shellStatus(); e.Process.ExitCode != want {
				t.Errorf("process %d: the exit code is %d, want %d", pid, e.Process.ExitCode, want)
			}
		default:
			t.Errorf("event %d is of the kind %s", count, e.Event.Action)
		}
	}
}

func (e buildEnd) shellStatus() int {
	if e.signal != 0 {
		return 128 + int(e.signal)
	}
	return e.code
}

// step returns an exec as its caller made it: of a script, the program gets what the kernel puts before.
func (e *buildEvent) step(t *testing.T) buildStep {
	t.Helper()
	args := e.Process.Args
	if len(e.Process.ArgsBytes) > 0 {
		args = nil
		for _, a := range e.Process.ArgsBytes {
			args = append(args, string(a))
		}
	}
	path := e.Exectrail.Filename
	if len(e.Exectrail.FilenameBytes) > 0 {
		path = string(e.Exectrail.FilenameBytes)
	}
	if e.Process.ArgsCount != len(args) || e.Exectrail.Args.Missing != 0 {
		t.Errorf("%s: %d arguments are there of %d, and %d bytes are missing", path, len(args), e.Process.ArgsCount, e.Exectrail.Args.Missing)
	}
	s := buildStep{path: path, argv: args, envCount: e.Exectrail.Env.Count, errno: e.Exectrail.Errno}
	if e.Exectrail.Interpreter != "" && s.errno == 0 {
		s.script = &ranScript{e.Exectrail.Interpreter, e.Process.Directory, args}
	}
	return s
}

// resolveScripts gives scripts the arguments that their callers passed, once it has found that what the programs received begins with
// what the first line of the script says (execve(2)). Where the caller's argv[0] was, the kernel puts the path, so it is taken from the witness.
func resolveScripts(t *testing.T, got, witness map[uint32]*buildLife) {
	t.Helper()
	for pid, life := range got {
		for i := range life.steps {
			s := &life.steps[i]
			if s.script == nil {
				continue
			}
			path := s.path
			if !filepath.IsAbs(path) {
				path = filepath.Join(s.script.directory, path)
			}
			begin := append(firstLine(t, path), s.path)
			if len(begin) < 2 || begin[0] != s.script.interpreter || len(s.argv) < len(begin) || !slices.Equal(s.argv[:len(begin)], begin) {
				t.Errorf("process %d executed %s, and got %q of the interpreter %q, want first %q", pid, s.path, s.argv, s.script.interpreter, begin)
				continue
			}
			if w := witness[pid]; w != nil && i < len(w.steps) && len(w.steps[i].argv) > 0 {
				s.argv = append([]string{w.steps[i].argv[0]}, s.argv[len(begin):]...)
			}
		}
	}
}

// firstLine returns the interpreter of a script, and its argument if there is one.
func firstLine(t *testing.T, script string) []string {
	t.Helper()
	content, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(content), "\n")
	line, ok := strings.CutPrefix(line, "#!")
	if !ok {
		return nil
	}
	interpreter, argument, _ := strings.Cut(strings.Trim(line, " \t"), " ")
	if argument = strings.Trim(argument, " \t"); argument == "" {
		return []string{interpreter}
	}
	return []string{interpreter, argument}
}
