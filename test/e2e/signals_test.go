package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
)

// TestSignals causes each signal, and something near to it that is none. Standard input and output are /dev/null unless a
// case tells otherwise.
func TestSignals(t *testing.T) {
	r := record(t, exectrail.WithForks(), exectrail.WithExits(), exectrail.WithLoaderEnv())
	dir := publicDir(t)
	plain := filepath.Join(dir, "plain")
	shell := filepath.Join(dir, "sh")
	for _, copied := range []string{plain, shell} {
		copyFile(t, trigger(t, "nothing"), copied)
	}
	removed := filepath.Join(dir, "removed")
	restore := func(t *testing.T, _ *exec.Cmd) { copyFile(t, trigger(t, "nothing"), removed) }
	for _, test := range []struct {
		name    string
		path    string // plain if empty
		args    []string
		env     []string
		prepare func(*testing.T, *exec.Cmd)
		want    event.Signals
	}{
		{name: "nothing"},
		{name: "argv[0] of a login shell", path: shell, args: []string{"-sh"}},
		{name: "another argv[0]", args: []string{"/usr/sbin/sshd"}, want: event.SignalArgv0Differs},
		{name: "stdin is a pipe", prepare: stdinPipe, want: event.SignalStdinPipe},
		{name: "stdout is a pipe", prepare: stdoutPipe, want: event.SignalStdoutPipe},
		{name: "stdin is a socket", prepare: stdinSocket, want: event.SignalStdinSocket},
		{name: "stdout is a socket", prepare: stdoutSocket, want: event.SignalStdoutSocket},
		{name: "stdin is a regular file", prepare: stdinFile},
		{name: "LD_PRELOAD", env: []string{"A=b", "LD_PRELOAD=x.so"}, want: event.SignalLDPreload},
		{name: "LD_AUDIT", env: []string{"LD_AUDIT=x.so"}, want: event.SignalLDPreload},
		{name: "LD_LIBRARY_PATH", env: []string{"LD_LIBRARY_PATH=/x"}, want: event.SignalLDPreload},
		{name: "they are empty", env: []string{"LD_PRELOAD=", "LD_AUDIT=", "LD_LIBRARY_PATH="}},
		{name: "names that begin alike", env: []string{"LD_PRELOADED=x", "LD_", "LD", "XLD_PRELOAD=x", "LD_LIBRARY_PATH2=x", "LD_PRELOAD"}},
		{name: "the last of 512", env: append(variables(511, 100), "LD_PRELOAD=x.so"), want: event.SignalLDPreload},
		{name: "none of 512", env: variables(512, 10)},
		{name: "beyond 512", env: append(variables(512, 1), "LD_PRELOAD=x.so")},
		{name: "far behind", env: append(variables(140, 1000), "LD_PRELOAD=x.so"), want: event.SignalLDPreload},
		{name: "an argument", args: []string{plain, "LD_PRELOAD=x.so"}},
		{name: "behind long arguments", args: []string{plain, strings.Repeat("x", 5000)}, env: []string{"LD_PRELOAD=x.so"}, want: event.SignalLDPreload},
		{name: "behind a long one", env: append(variables(1, 100_000), "LD_AUDIT=x.so"), want: event.SignalLDPreload},
		{name: "inline script", path: shell, args: []string{"sh", "-c", "exit"}, want: event.SignalInlineScript},
		{name: "script in a file", path: shell, args: []string{"sh", "exit.sh"}},
		{name: "piped script", path: shell, args: []string{"sh"}, prepare: stdinPipe, want: event.SignalStdinPipe | event.SignalPipedScript},
		{name: "script from a socket", path: shell, args: []string{"sh", "-s"}, prepare: stdinSocket, want: event.SignalStdinSocket | event.SignalPipedScript},
		{name: "inline script with a pipe", path: shell, args: []string{"sh", "-c", "exit"}, prepare: stdinPipe, want: event.SignalStdinPipe | event.SignalInlineScript},
		{name: "closed descriptors", path: trigger(t, "closed"), args: []string{"closed", plain}},
		{name: "deleted", path: trigger(t, "unlinked"), args: []string{"unlinked", removed}, prepare: restore, want: event.SignalDeleted | event.SignalArgv0Differs},
		{name: "memfd", path: trigger(t, "memfd"), args: []string{"memfd", plain}, want: event.SignalMemfd | event.SignalArgv0Differs},
		{name: "upper layer", path: overlay(t, "upper"), want: event.SignalUpperLayer},
		{name: "lower layer", path: overlay(t, "lower")},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := r.wholeExec(t, func() *exec.Cmd {
				cmd := &exec.Cmd{Path: test.path, Args: test.args, Env: append([]string{}, test.env...)}
				if cmd.Path == "" {
					cmd.Path = plain
				}
				if len(cmd.Args) == 0 {
					cmd.Args = []string{cmd.Path}
				}
				if test.prepare != nil {
					test.prepare(t, cmd)
				}
				return cmd
			})
			if got := e.Signals &^ event.SignalFirstSeen; got != test.want {
				t.Errorf("got %q, want %q: %s, stdin %d, stdout %d", got, test.want, e.Filename, e.Stdin, e.Stdout)
			}
		})
	}
	t.Run("when the file was changed", func(t *testing.T) {
		e := r.wholeExec(t, func() *exec.Cmd { return &exec.Cmd{Path: plain, Args: []string{plain}} })
		var st unix.Stat_t
		must(t, unix.Stat(plain, &st))
		if e.File.Changed != uint64(st.Ctim.Nano()) {
			t.Errorf("%d, want %d", e.File.Changed, st.Ctim.Nano())
		}
	})
	// The kernel programs read so much at once.
	const read = 8192
	t.Run("at each place", func(t *testing.T) {
		for at := read - 20; at < read+20; at++ {
			before := at - len(plain) - len("\x00V0=\x00")
			e := r.wholeExec(t, func() *exec.Cmd {
				return &exec.Cmd{Path: plain, Args: []string{plain}, Env: append(variables(1, before), "LD_AUDIT=x")}
			})
			if !e.Signals.Has(event.SignalLDPreload) {
				t.Errorf("LD_AUDIT behind %d bytes is not seen", at)
			}
		}
	})
	t.Run("a program of 32 bits", func(t *testing.T) {
		if runtime.GOARCH != "amd64" {
			return // there is no such program
		}
		for env, want := range map[string]event.Signals{"LD_PRELOAD=x.so": event.SignalLDPreload, "LD_PRELOAD=": 0} {
			cmd := exec.Command(trigger(t, "thirtytwo"))
			cmd.Env = append(variables(30, 20), env)
			if got := r.lastExec(t, cmd).Signals & event.SignalLDPreload; got != want {
				t.Errorf("%s: got %q", env, got)
			}
		}
	})
	t.Run("privileges raised", func(t *testing.T) {
		target := privateTarget(t)
		must(t, os.Chmod(target, 0o755|os.ModeSetuid))
		if e := r.runAsNobody(t, target); !e.Signals.Has(event.SignalPrivilegesRaised) {
			t.Errorf("got %q", e.Signals)
		}
	})
	r.stop(t)
}

// TestFirstSeen runs a file twice, changes it, and runs it in a session that is told of the one before.
func TestFirstSeen(t *testing.T) {
	dir := publicDir(t)
	plain, remembered := filepath.Join(dir, "plain"), filepath.Join(dir, "state", "seen")
	copyFile(t, trigger(t, "nothing"), plain)
	first := func(r *recorder) bool {
		e := r.lastExec(t, exec.Command(plain))
		if e.Signals.Has(event.SignalFirstSeen) != e.File.FirstSeen {
			t.Errorf("the signals are %q, and first seen is %v", e.Signals, e.File.FirstSeen)
		}
		return e.File.FirstSeen
	}
	r := record(t, exectrail.WithSeen(remembered))
	if got := [...]bool{first(r), first(r)}; got != [...]bool{true, false} {
		t.Errorf("run twice: %v", got)
	}
	must(t, os.Chmod(plain, 0o700))
	if !first(r) {
		t.Error("a file that was changed is not told to be another one")
	}
	other := record(t, exectrail.WithSeen(remembered))
	if first(other) {
		t.Error("a session that cannot write the file does not read it")
	}
	if limits := strings.Join(other.tracer.Limits(), "\n"); !strings.Contains(limits, "another session") {
		t.Errorf("it does not tell: %q", limits)
	}
	other.stop(t)
	r.stop(t)

	r = record(t, exectrail.WithSeen(remembered))
	if first(r) {
		t.Error("the next session does not know of it")
	}
	r.stop(t)
	r = record(t)
	if !first(r) {
		t.Error("a session that is not told of others knows of it")
	}
	r.stop(t)
	info, err := os.Stat(remembered)
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("the file is %v: %v", info, err)
	}
}

// wholeExec runs what prepare returns until its last exec was recorded whole: other programs on the machine may fill the buffer,
// and a skeleton has not all signals.
func (r *recorder) wholeExec(t *testing.T, prepare func() *exec.Cmd) *event.Exec {
	t.Helper()
	for range 20 {
		if e := r.lastExec(t, prepare()); e.Degraded == 0 {
			return e
		}
	}
	t.Fatal("each record is degraded")
	return nil
}

// lastExec runs cmd, and returns the last exec of its process.
func (r *recorder) lastExec(t *testing.T, cmd *exec.Cmd) *event.Exec {
	t.Helper()
	position := r.position()
	if cmd.Err != nil {
		t.Fatal(cmd.Err)
	}
	_ = cmd.Run() // the exit status says nothing
	if cmd.ProcessState == nil {
		t.Fatalf("%s did not run", cmd.Path)
	}
	// An exec that comes later tells that all of the process were read.
	marker := exec.Command(trigger(t, "nothing"))
	must(t, marker.Run())
	of := func(e event.Event, pid int) (*event.Exec, bool) {
		x, ok := e.(*event.Exec)
		return x, ok && x.PID == uint32(pid)
	}
	r.await(t, position, "the marker", func(e event.Event) bool { _, ok := of(e, marker.Process.Pid); return ok })
	var last *event.Exec
	for _, e := range r.since(position) {
		if x, ok := of(e, cmd.Process.Pid); ok {
			last = x
		}
	}
	if last == nil {
		t.Fatalf("there is no exec of %s", cmd.Path)
	}
	return last
}

// variables returns so many variables of the environment, with values of that length.
func variables(count, length int) []string {
	list := make([]string, count)
	for i := range list {
		list[i] = fmt.Sprintf("V%d=%s", i, strings.Repeat("L", length))
	}
	return list
}

func stdinPipe(t *testing.T, cmd *exec.Cmd)  { cmd.Stdin = pipe(t)[0] }
func stdoutPipe(t *testing.T, cmd *exec.Cmd) { cmd.Stdout = pipe(t)[1] }

func stdinSocket(t *testing.T, cmd *exec.Cmd)  { cmd.Stdin = socket(t) }
func stdoutSocket(t *testing.T, cmd *exec.Cmd) { cmd.Stdout = socket(t) }

func stdinFile(t *testing.T, cmd *exec.Cmd) {
	f, err := os.Open(trigger(t, "nothing"))
	must(t, err)
	t.Cleanup(func() { f.Close() })
	cmd.Stdin = f
}

func pipe(t *testing.T) [2]*os.File {
	r, w, err := os.Pipe()
	must(t, err)
	t.Cleanup(func() { r.Close(); w.Close() })
	return [2]*os.File{r, w}
}

func socket(t *testing.T) *os.File {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	must(t, err)
	t.Cleanup(func() { unix.Close(fds[1]) })
	f := os.NewFile(uintptr(fds[0]), "socket")
	t.Cleanup(func() { f.Close() })
	return f
}

// overlay returns a program in an overlay file system, in the given layer.
func overlay(t *testing.T, layer string) string {
	t.Helper()
	dir := t.TempDir()
	must(t, unix.Mount("tmpfs", dir, "tmpfs", 0, ""))
	t.Cleanup(func() { must(t, unix.Unmount(dir, 0)) })
	for _, name := range []string{"lower", "upper", "work", "merged"} {
		must(t, os.Mkdir(filepath.Join(dir, name), 0o755))
	}
	copyFile(t, trigger(t, "nothing"), filepath.Join(dir, layer, "program"))
	merged := filepath.Join(dir, "merged")
	must(t, unix.Mount("overlay", merged, "overlay", 0, fmt.Sprintf("lowerdir=%s/lower,upperdir=%[1]s/upper,workdir=%[1]s/work", dir)))
	t.Cleanup(func() { must(t, unix.Unmount(merged, 0)) })
	return filepath.Join(merged, "program")
}
