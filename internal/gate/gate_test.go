package gate

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) {
	if IsGate(os.Args) {
		os.Exit(Main(os.Args))
	}
	os.Exit(m.Run())
}

func start(t *testing.T, o Options, argv ...string) *Gate {
	t.Helper()
	o.Env, o.Streams = os.Environ(), [3]*os.File{os.Stdin, os.Stdout, os.Stderr}
	g, err := Start(argv, o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestCommand finds that the process waits, keeps its id, and has nothing of the gate left.
func TestCommand(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out")
	argv := []string{"sh", "-c", `echo $$ >"$1"; ls /proc/$$/fd >>"$1"`, "sh", file}
	g := start(t, Options{}, argv...)
	if _, err := os.Stat(file); err == nil {
		t.Error("the command did not wait")
	}
	if err := g.Open(); err != nil {
		t.Fatal(err)
	}
	if used := g.Used(); used.CPU <= 0 || used.CPU > time.Minute || used.MaxRSS < 1<<20 || used.MaxRSS > 1<<30 {
		t.Errorf("it used %+v", used)
	}
	if s, err := g.Wait(nil); err != nil || Status(s) != 0 {
		t.Errorf("it ended with %d, %v", Status(s), err)
	}
	out, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields(string(out))
	if words[0] != strconv.Itoa(g.PID()) {
		t.Errorf("the command is process %s, want %d", words[0], g.PID())
	}
	if err := exec.Command(argv[0], argv[1:]...).Run(); err != nil {
		t.Fatal(err)
	}
	bare, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := words[1:], strings.Fields(string(bare))[1:]; !slices.Equal(got, want) {
		t.Errorf("the command has the descriptors %s, started bare %s", got, want)
	}
}

func TestStatus(t *testing.T) {
	dir := t.TempDir()
	plain, script := filepath.Join(dir, "plain"), filepath.Join(dir, "script")
	for path, mode := range map[string]os.FileMode{plain: 0o644, script: 0o755} {
		if err := os.WriteFile(path, []byte("exit 7\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		argv   []string
		failed bool // it cannot be executed
		want   int
	}{
		{[]string{"sh", "-c", "exit 3"}, false, 3},
		{[]string{"sh", "-c", "kill -TERM $$"}, false, 128 + 15},
		{[]string{script}, false, 7},
		{[]string{plain}, true, StatusNotExecutable},
		{[]string{dir}, true, StatusNotExecutable},
		{[]string{"no-such-command-here"}, true, StatusNotFound},
		{[]string{filepath.Join(dir, "missing")}, true, StatusNotFound},
	} {
		g := start(t, Options{}, test.argv...)
		err := g.Open()
		var refused *ExecError
		if errors.As(err, &refused) != test.failed {
			t.Errorf("%q: %v", test.argv, err)
		}
		if test.failed && refused != nil && refused.Status() != test.want {
			t.Errorf("%q: %v, which is status %d, want %d", test.argv, err, refused.Status(), test.want)
		}
		if s, err := g.Wait(nil); err != nil || Status(s) != test.want {
			t.Errorf("%q: ended with %d, %v, want %d", test.argv, Status(s), err, test.want)
		}
	}
}

// TestSignals finds that a command ignores what it was said to, and nothing else.
func TestSignals(t *testing.T) {
	for _, ignored := range [][]unix.Signal{nil, {unix.SIGPIPE}, {unix.SIGINT, unix.SIGHUP}} {
		file := filepath.Join(t.TempDir(), "out")
		g := start(t, Options{Ignored: ignored}, "sh", "-c", `grep SigIgn /proc/self/status >"$1"`, "sh", file)
		if err := g.Open(); err != nil {
			t.Fatal(err)
		}
		if _, err := g.Wait(nil); err != nil {
			t.Fatal(err)
		}
		out, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := strconv.ParseUint(string(bytes.Fields(out)[1]), 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		want := mask(Ignored()) // what the test was started to ignore
		want |= mask(ignored)
		if got != want {
			t.Errorf("ignored are %v: %x, want %x", ignored, got, want)
		}
	}
}

func mask(signals []unix.Signal) uint64 {
	var m uint64
	for _, s := range signals {
		m |= 1 << (s - 1)
	}
	return m
}

// TestInheritedFiles finds that the command has the files that this process was started with, under their numbers.
func TestInheritedFiles(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := unix.Dup3(int(w.Fd()), 200, 0); err != nil { // not closed by an exec
		t.Fatal(err)
	}
	defer unix.Close(200)
	g := start(t, Options{}, "sh", "-c", "echo hello >/proc/self/fd/200")
	if err := g.Open(); err != nil {
		t.Fatal(err)
	}
	if s, err := g.Wait(nil); err != nil || Status(s) != 0 {
		t.Errorf("it ended with %d, %v", Status(s), err)
	}
	got := make([]byte, 100)
	n, err := r.Read(got)
	if err != nil || string(got[:n]) != "hello\n" {
		t.Errorf("read %q, %v", got[:n], err)
	}
}

// TestStopped finds that a command that is stopped is told of, and goes on.
func TestStopped(t *testing.T) {
	g := start(t, Options{}, "sh", "-c", "kill -STOP $$; exit 5")
	if err := g.Open(); err != nil {
		t.Fatal(err)
	}
	times := 0
	s, err := g.Wait(func() {
		times++
		if err := g.Signal(unix.SIGCONT); err != nil {
			t.Error(err)
		}
	})
	if err != nil || Status(s) != 5 || times != 1 {
		t.Errorf("ended with %d, %v, stopped %d times", Status(s), err, times)
	}
}

func TestAbandon(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out")
	g := start(t, Options{}, "touch", file)
	if err := g.Abandon(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the command ran")
	}
}
