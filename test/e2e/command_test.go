package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/exectrail/exectrail/internal/testenv"
)

// exectrailBinary returns the path of an exectrail that any user may run.
func exectrailBinary(t *testing.T) string {
	t.Helper()
	if reason := obstacle(); reason != "" {
		testenv.Skip(t, "%s", reason)
	}
	path, err := buildBinary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var buildBinary = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("EXECTRAIL_BINARY"); path != "" {
		return path, nil
	}
	path := filepath.Join(os.Getenv(triggersEnv), "exectrail")
	cmd := exec.Command("go", "build", "-o", path, "github.com/exectrail/exectrail/cmd/exectrail")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build exectrail: %w\n%s", err, out)
	}
	return path, nil
})

// live is an exectrail that runs.
type live struct {
	*exec.Cmd
	stdout bytes.Buffer
	stderr bytes.Buffer // complete once it has ended
	said   chan struct{}
}

// isReady matches what exectrail says when all is attached.
var isReady = regexp.MustCompile("tracing by|replaying|Ctrl-C ends it")

// start runs exectrail and waits until it says that it traces.
func start(t *testing.T, stdout io.Writer, args ...string) *live {
	t.Helper()
	return startCommand(t, exec.Command(exectrailBinary(t), args...), stdout)
}

// startCommand runs a command that is an exectrail, and waits until it says that it traces.
func startCommand(t *testing.T, cmd *exec.Cmd, stdout io.Writer) *live {
	t.Helper()
	l := &live{Cmd: cmd, said: make(chan struct{})}
	if l.Stdout = stdout; stdout == nil {
		l.Stdout = &l.stdout
	}
	pipe, err := l.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Process.Kill() })
	ready := make(chan struct{})
	go func() {
		defer close(l.said)
		once := sync.OnceFunc(func() { close(ready) })
		defer once()
		for lines := bufio.NewScanner(pipe); lines.Scan(); {
			l.stderr.WriteString(lines.Text() + "\n")
			if isReady.MatchString(lines.Text()) {
				once()
			}
		}
	}()
	select {
	case <-ready:
	case <-time.After(patience):
		t.Fatal("exectrail did not begin to trace")
	}
	return l
}

// signal sends a signal and finds that the program ends with the exit code.
func (l *live) signal(t *testing.T, signal os.Signal, code int) {
	t.Helper()
	if err := l.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	l.end(t, code)
}

// end waits for the end of the program.
func (l *live) end(t *testing.T, code int) {
	t.Helper()
	select {
	case <-l.said:
	case <-time.After(patience):
		t.Fatal("exectrail does not end")
	}
	l.Wait()
	if got := l.ProcessState.ExitCode(); got != code {
		t.Errorf("the exit code is %d, want %d; it said:\n%s", got, code, l.stderr.String())
	}
}

// totals are the numbers of a summary.
type totals struct{ executed, filtered, recorded, lost uint64 }

var summaryLine = regexp.MustCompile(`(\d+) executed(?:, (\d+) filtered)?, (\d+) recorded(?:, \d+ shown)?, (\d+) lost`)

// summaryText returns the account in the summary, of which there must be one.
func (l *live) summaryText(t *testing.T) string {
	t.Helper()
	list := summaryLine.FindAllString(l.stderr.String(), -1)
	if len(list) != 1 {
		t.Fatalf("%d summaries, want 1:\n%s", len(list), l.stderr.String())
	}
	return list[0]
}

// summary reads the numbers of the summary, and finds that they add up.
func (l *live) summary(t *testing.T) totals {
	t.Helper()
	var n [4]uint64
	for i, text := range summaryLine.FindStringSubmatch(l.summaryText(t))[1:] {
		if text == "" {
			continue
		}
		var err error
		if n[i], err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	sum := totals{n[0], n[1], n[2], n[3]}
	if sum.executed != sum.filtered+sum.recorded+sum.lost {
		t.Errorf("the account is wrong: %+v", sum)
	}
	return sum
}

// execute runs a command to its end, without a recorder.
func execute(t *testing.T, cmd *exec.Cmd) uint32 {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("run %s: %v\n%s", cmd.Path, err, out)
	}
	return uint32(cmd.Process.Pid)
}
