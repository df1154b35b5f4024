package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestObjectExecve runs examples/execve-kprobe as its README tells, and compares what it shows with what was called.
func TestObjectExecve(t *testing.T) {
	file := exampleObject(t)
	if !hasKprobes() {
		refused(t, exectrailBinary(t), "object", "run", file)
		return
	}
	const format = "u64 time, char pcomm[16], u32 pid, u32 uid, u32 gid, strings desc"
	for name, flags := range map[string][]string{
		"by type":   {"--type", "event"},
		"by format": {"--format", format},
	} {
		t.Run(name, func(t *testing.T) {
			l := start(t, nil, slices.Concat([]string{"object", "run", "-o", "json", "--time", "time"}, flags, []string{file})...)
			calls := callExecve(t)
			l.signal(t, os.Interrupt, 0)
			var shown []execveEvent
			for line := range strings.Lines(l.stdout.String()) {
				var record struct {
					Timestamp time.Time `json:"@timestamp"`
					Data      execveEvent
				}
				if err := json.Unmarshal([]byte(line), &record); err != nil {
					t.Fatalf("parse %q: %v", line, err)
				}
				record.Data.wall = record.Timestamp
				shown = append(shown, record.Data)
			}
			for _, c := range calls {
				c.compare(t, shown)
			}
			if want := fmt.Sprintf("%d received, 0 lost", len(shown)); !strings.Contains(l.stderr.String(), want) {
				t.Errorf("%d events were shown, but it said:\n%s", len(shown), l.stderr.String())
			}
		})
	}
	t.Run("table", func(t *testing.T) {
		l := start(t, nil, "object", "run", "--type", "event", "--time", "time", file)
		calls := callExecve(t)
		l.signal(t, os.Interrupt, 0)
		compareTable(t, calls, l.stdout.String())
	})
}

// TestObjectExecveGo does the same with examples/execve-go.
func TestObjectExecveGo(t *testing.T) {
	file, program := exampleObject(t), exampleProgram(t)
	if !hasKprobes() {
		refused(t, program, file)
		return
	}
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, program, file)
	cmd.Stderr = &stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stdout := bufio.NewReader(pipe)
	header, err := stdout.ReadString('\n') // all is attached then
	if err != nil {
		t.Fatalf("read the header: %v\n%s", err, stderr.String())
	}
	calls := callExecve(t)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rows, err := io.ReadAll(stdout)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("execve-go: %v\n%s", err, stderr.String())
	}
	compareTable(t, calls, header+string(rows))
	if want := fmt.Sprintf("events: %d received, 0 lost\n", bytes.Count(rows, []byte("\n"))); stderr.String() != want {
		t.Errorf("it said %q, want %q", stderr.String(), want)
	}
}

// execveEvent is what is shown of a call.
type execveEvent struct {
	Time          uint64
	PComm         string
	PID, UID, GID int
	Desc          []string

	wall time.Time
}

// execveCall is a call of execve that was made.
type execveCall struct {
	execveEvent           // with the times before it
	until       uint64    // the boot clock after it
	wallUntil   time.Time // the wall clock after it
	text        string    // of the arguments, in a table
}

// callExecve has programs call execve, as a user and a group of different numbers.
func callExecve(t *testing.T) []execveCall {
	t.Helper()
	target, comm := trigger(t, "target"), ownComm(t)
	var calls []execveCall
	for _, c := range []struct {
		trigger string
		args    []string // of the target
		shown   []string
		text    string
	}{
		{"plain", []string{"one", "two words", "", "$HOME"}, []string{"one", "two words", "", "$HOME"}, "one 'two words' '' '$HOME'"},
		{"plain", []string{"\x1b[2J", "ä"}, []string{"\x1b[2J", "ä"}, `$'\x1b[2J' 'ä'`},
		{"untouched", nil, []string{"(unreadable)"}, "'(unreadable)'"},
	} {
		cmd := command(t, c.trigger, append([]string{target}, c.args...)...)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 1234}}
		if err := os.Chown(cmd.Dir, 65534, 1234); err != nil {
			t.Fatal(err)
		}
		call := execveCall{execveEvent: execveEvent{Time: bootNow(), UID: 65534, GID: 1234, wall: time.Now()}}
		call.PID = int(execute(t, cmd))
		call.until, call.wallUntil = bootNow(), time.Now()

		call.PComm, call.Desc, call.text = comm, cmd.Args, strings.Join(cmd.Args[:2], " ")
		if c.args != nil {
			call.text += " " + c.text
		}
		calls = append(calls, call)
		call.PComm, call.Desc, call.text = c.trigger, append([]string{target}, c.shown...), target+" "+c.text
		calls = append(calls, call)
	}
	return calls
}

// compare finds the one event of a call.
func (c execveCall) compare(t *testing.T, shown []execveEvent) {
	t.Helper()
	var found []execveEvent
	for _, e := range shown {
		if e.PID == c.PID && e.PComm == c.PComm {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		t.Errorf("%d events of %q, want 1: %+v", len(found), c.Desc, found)
		return
	}
	e := found[0]
	if e.Time < c.Time || e.Time > c.until {
		t.Errorf("the time of %q is %d, want one from %d to %d", c.Desc, e.Time, c.Time, c.until)
	}
	// Wall time is converted, with the difference of the clocks at another moment.
	const drift = time.Millisecond
	if e.wall.Before(c.wall.Add(-drift)) || e.wall.After(c.wallUntil.Add(drift)) {
		t.Errorf("the wall time of %q is %s, want one from %s to %s", c.Desc, e.wall, c.wall, c.wallUntil)
	}
	if e.UID != c.UID || e.GID != c.GID {
		t.Errorf("user and group of %q are %d and %d, want %d and %d", c.Desc, e.UID, e.GID, c.UID, c.GID)
	}
	if !slices.Equal(e.Desc, c.Desc) {
		t.Errorf("the arguments are %q, want %q", e.Desc, c.Desc)
	}
}

var blanks = regexp.MustCompile(` +`)

// compareTable finds a row for each call.
func compareTable(t *testing.T, calls []execveCall, table string) {
	t.Helper()
	header, rows, _ := strings.Cut(table, "\n")
	if got := strings.Fields(header); !slices.Equal(got, []string{"TIME", "PCOMM", "PID", "UID", "GID", "DESC"}) {
		t.Errorf("the columns are %q", got)
	}
	var shown []string
	for row := range strings.Lines(rows) {
		_, row, _ = strings.Cut(blanks.ReplaceAllString(strings.TrimSpace(row), " "), " ") // the time is compared elsewhere
		shown = append(shown, row)
	}
	for _, c := range calls {
		want := fmt.Sprintf("%s %d %d %d %s", c.PComm, c.PID, c.UID, c.GID, c.text)
		if !slices.Contains(shown, want) {
			t.Errorf("the row %q is missing in\n%s", want, table)
		}
	}
}

// refused finds that a program which cannot attach a kprobe says so in a line.
func refused(t *testing.T, program string, args ...string) {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command(program, args...)
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	if cmd.ProcessState.ExitCode() != 1 || len(stdout) != 0 {
		t.Errorf("it ended with %v and printed %q, want exit code 1 and nothing", err, stdout)
	}
	// Before that, it may tell of programs that are not for this machine.
	lines := strings.SplitAfter(strings.TrimSuffix(stderr.String(), "\n"), "\n")
	refusals := slices.DeleteFunc(lines, func(line string) bool { return strings.Contains(line, ": left out: ") })
	if n := len(refusals); n == 0 || n > 2 || !strings.Contains(refusals[0], "kprobe") || n == 2 && !strings.HasPrefix(refusals[1], "hint: ") {
		t.Errorf("it said %q, want a line that tells of kprobes, and at most a hint", stderr.String())
	}
}

// hasKprobes reports whether the kernel was built with kprobes.
func hasKprobes() bool {
	_, err := os.Stat("/sys/bus/event_source/devices/kprobe")
	return err == nil
}

// ownComm returns what the kernel calls this process.
func ownComm(t *testing.T) string {
	t.Helper()
	comm, err := os.ReadFile("/proc/self/comm")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(comm))
}

// exampleProgram returns the path of examples/execve-go.
func exampleProgram(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv(examplesEnv); dir != "" {
		return filepath.Join(dir, "execve-go")
	}
	path := filepath.Join(t.TempDir(), "execve-go")
	if out, err := exec.Command("go", "build", "-o", path, "../../examples/execve-go").CombinedOutput(); err != nil {
		t.Fatalf("build execve-go: %v\n%s", err, out)
	}
	return path
}
