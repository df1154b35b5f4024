package e2e

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// document is what the tests look at in a line of JSON.
type document struct {
	Event struct {
		Action   string
		Sequence uint64
	}
	Process struct {
		PID              uint32
		EntityID         string `json:"entity_id"`
		Name             string
		Executable       string
		Args             []string
		ArgsCount        int                 `json:"args_count"`
		WorkingDirectory string              `json:"working_directory"`
		ExitCode         int                 `json:"exit_code"`
		RealUser         struct{ ID string } `json:"real_user"`
		Parent           struct{ PID uint32 }
	}
}

func documents(t *testing.T, output string) []document {
	t.Helper()
	var list []document
	for line := range strings.Lines(output) {
		var d document
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatalf("parse %q: %v", line, err)
		}
		list = append(list, d)
	}
	return list
}

// TestTraceJSON compares a line of JSON with what the program found out about itself.
func TestTraceJSON(t *testing.T) {
	l := start(t, nil, "-o", "json", "--exits", "--duration", "1500ms")
	cmd := command(t, "plain", trigger(t, "target"), "two words", "", "line\nbreak")
	pid := execute(t, cmd)
	l.end(t, 0)
	w := readWitnesses(t, cmd.ExtraFiles[0].Name())[0]
	var actions []string
	for _, d := range documents(t, l.stdout.String()) {
		if d.Process.PID != pid {
			continue
		}
		actions = append(actions, d.Event.Action)
		if d.Event.Action != "exec" || d.Process.Name != w.fields["comm"] {
			continue
		}
		if !slices.Equal(d.Process.Args, w.args) || d.Process.ArgsCount != len(w.args) {
			t.Errorf("the arguments are %d: %q, want %q", d.Process.ArgsCount, d.Process.Args, w.args)
		}
		if d.Process.Executable != w.fields["exe"] || d.Process.WorkingDirectory != w.fields["cwd"] {
			t.Errorf("%s in %s, want %s in %s", d.Process.Executable, d.Process.WorkingDirectory, w.fields["exe"], w.fields["cwd"])
		}
		if d.Process.RealUser.ID != w.fields["uid"] || strconv.Itoa(int(d.Process.Parent.PID)) != w.fields["ppid"] {
			t.Errorf("user %s, parent %d, want %s and %s", d.Process.RealUser.ID, d.Process.Parent.PID, w.fields["uid"], w.fields["ppid"])
		}
	}
	if want := []string{"exec", "exec", "exit"}; !slices.Equal(actions, want) {
		t.Errorf("the process did %q, want %q", actions, want)
	}
	if !strings.Contains(l.stderr.String(), " executed, ") {
		t.Errorf("there is no summary:\n%s", l.stderr.String())
	}
}

// TestTraceCount ends by itself.
func TestTraceCount(t *testing.T) {
	l := start(t, nil, "-o", "json", "--count", "3")
	nothing := trigger(t, "nothing")
	execute(t, command(t, "spawner", "count", "10", nothing))
	l.end(t, 0)
	if list := documents(t, l.stdout.String()); len(list) != 3 {
		t.Errorf("%d lines were printed, want 3:\n%s", len(list), l.stdout.String())
	}
}

// TestTraceSignal is ended by a signal, and accounts for what it saw.
func TestTraceSignal(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			l := start(t, nil)
			execute(t, command(t, "spawner", "signal", "100", trigger(t, "nothing")))
			l.signal(t, signal, 0)
			sum := l.summary(t)
			if sum.executed < 101 || sum.lost != 0 {
				t.Errorf("the summary is %+v, but 101 programs ran", sum)
			}
			if n := strings.Count(l.stdout.String(), "flood signal-"); n != 100 {
				t.Errorf("%d of 100 programs were printed", n)
			}
			if n := uint64(strings.Count(l.stdout.String(), "\n")); n != sum.recorded+1 {
				t.Errorf("%d lines were printed for a heading and %d events", n, sum.recorded)
			}
		})
	}
}

// TestTraceFrozen stops the reader, so that events are lost: the summary tells
// how many, and --fail-on-loss makes it a failure.
func TestTraceFrozen(t *testing.T) {
	l := start(t, nil, "-o", "json", "--buffer-size", "256K", "--fail-on-loss")
	if err := l.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	execute(t, command(t, "spawner", "frozen", "2000", trigger(t, "nothing")))
	if err := l.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	l.signal(t, os.Interrupt, 3)
	var printed, lost int
	for _, d := range documents(t, l.stdout.String()) {
		switch {
		case d.Event.Action == "lost":
			lost++
		case len(d.Process.Args) == 2 && strings.HasPrefix(d.Process.Args[1], "frozen-"):
			printed++
		}
	}
	if printed == 0 || printed == 2000 || lost == 0 {
		t.Errorf("%d of 2000 programs were printed, and %d losses", printed, lost)
	}
	const field = `"lost":{"buffer_full":`
	if stderr := l.stderr.String(); !strings.Contains(stderr, field) || strings.Contains(stderr, field+"0") {
		t.Errorf("the summary tells of no loss:\n%s", stderr)
	}
}

// TestTraceHead closes the pipe after the first line: exectrail ends at once and says nothing of it.
func TestTraceHead(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	l := start(t, write, "--no-failed") // else a kernel may have something to tell of that
	write.Close()
	execute(t, command(t, "nothing"))
	line := make([]byte, 1)
	if _, err := read.Read(line); err != nil {
		t.Fatal(err)
	}
	read.Close()
	l.end(t, 0)
	if stderr := l.stderr.String(); strings.Contains(stderr, "pipe") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("it said:\n%s", stderr)
	}
}

// TestTraceUnprivileged fails with one message that says what to do.
func TestTraceUnprivileged(t *testing.T) {
	cmd := command(t, "nobody", exectrailBinary(t))
	cmd.ExtraFiles = nil
	out, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != 1 {
		t.Errorf("the exit code is %d, want 1", code)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "exectrail: ") || !strings.HasPrefix(lines[1], "hint: ") ||
		!strings.Contains(lines[1], "CAP_BPF") {
		t.Errorf("it said:\n%s", out)
	}
}
