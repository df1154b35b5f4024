package wire_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/probe"
	"github.com/exectrail/exectrail/internal/testenv"
	"github.com/exectrail/exectrail/internal/wire"
)

// TestCapture decodes what this kernel writes of some programs. With -update
// it keeps these records, for TestGolden on other machines:
//
//	go test ./internal/wire -run 'TestCapture|TestGolden' -update
func TestCapture(t *testing.T) {
	testenv.NeedsRoot(t)
	testenv.NeedsInitialPIDNamespace(t)
	dir := t.TempDir()
	script := filepath.Join(dir, "script")
	if err := os.WriteFile(script, []byte("#!/bin/sh -e\nexit 3\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 6000)

	for name, test := range map[string]struct {
		cmd  *exec.Cmd
		want string // in what the records say
	}{
		"plain":     {exec.Command("/bin/sh", "-c", "exit $1", "an argument", "3", ""), `Exec.Args.Raw: "/bin/sh\x00-c\x00exit $1\x00an argument\x003\x00\x00"`},
		"signal":    {exec.Command("/bin/sh", "-c", "kill -9 $$"), "Exit.Signal: 9"},
		"script":    {exec.Command(script, "argument"), "Exec.Interpreter: \"/bin/sh\""},
		"chunks":    {exec.Command("/bin/sh", "-c", "exit", long), fmt.Sprintf("Exec.Args.Size: %d\n", len("/bin/sh -c exit ")+len(long)+1)},
		"memfd":     {fromDescriptor(t, memfd(t)), `Exec.Executable: "/memfd:anonymous"`},
		"unlinked":  {fromDescriptor(t, unlinked(t, dir)), "Exec.File.Deleted: true"},
		"directory": {removedDirectory(t, dir), "Exec.DirectoryDeleted: true"},
		"failed":    {exec.Command("/bin/sh", "-c", "exec /no/such 'an argument'"), `Failed.Args.Raw: "/no/such\x00an argument\x00"`},
		"env":       {withEnvironment("A=1", "EMPTY="), `Exec.Env.Raw: "A=1\x00EMPTY=\x00"`},
	} {
		t.Run(name, func(t *testing.T) {
			records := capture(t, test.cmd)
			if text := textOf(t, records); !strings.Contains(text, test.want) {
				t.Errorf("got\n%swant %s in it", text, test.want)
			}
			save(t, name, records)
		})
	}
	t.Run("snapshot", func(t *testing.T) {
		records := captureSnapshot(t)
		if text := textOf(t, records); !strings.Contains(text, "Task.KernelThread: true") || !strings.Contains(text, `Task.Comm: "wire.test"`) {
			t.Errorf("got\n%s", text)
		}
		save(t, "snapshot", records)
	})
}

// withEnvironment is a command in which nothing else of the machine stands.
func withEnvironment(env ...string) *exec.Cmd {
	cmd := exec.Command("/bin/sh", "-c", "exit")
	cmd.Env = env
	return cmd
}

// fromDescriptor is a shell that is executed from an open file.
func fromDescriptor(t *testing.T, file *os.File) *exec.Cmd {
	t.Helper()
	shell, err := os.ReadFile("/bin/sh")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write(shell); err != nil {
		t.Fatal(err)
	}
	// A file that is open for writing cannot be executed.
	again, err := os.Open(fmt.Sprintf("/proc/self/fd/%d", file.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
	t.Cleanup(func() { again.Close() })
	cmd := exec.Command("/proc/self/fd/3", "-c", "exit")
	cmd.ExtraFiles = []*os.File{again}
	return cmd
}

func memfd(t *testing.T) *os.File {
	t.Helper()
	fd, err := unix.MemfdCreate("anonymous", unix.MFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(fd), "memfd")
}

func unlinked(t *testing.T, dir string) *os.File {
	t.Helper()
	file, err := os.OpenFile(filepath.Join(dir, "gone"), os.O_RDWR|os.O_CREATE, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file.Name()); err != nil {
		t.Fatal(err)
	}
	return file
}

func removedDirectory(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", `mkdir "$1"; cd "$1"; rmdir "$1"; exec /bin/sh -c exit`, "sh", filepath.Join(dir, "removed"))
	cmd.Env = []string{"PATH=/usr/bin:/bin"}
	return cmd
}

// capture returns the records of the process that runs cmd, in their order.
func capture(t *testing.T, cmd *exec.Cmd) []byte {
	t.Helper()
	if cmd.Dir == "" {
		cmd.Dir = "/usr"
	}
	p := openProbe(t, cmd.Env != nil)
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	if err := p.Detach(); err != nil {
		t.Fatal(err)
	}

	type number struct {
		stream wire.Stream
		seq    uint64
	}
	var all []byte
	chunks := map[number][]byte{}
	var d wire.Decoder
	for {
		record, err := p.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if errors.Is(err, probe.ErrLap) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		var r wire.Record
		if err := d.Decode(record, &r); err != nil {
			t.Fatal(err)
		}
		record = bytes.Clone(record[:r.Size])
		of := number{r.Stream, r.Seq}
		switch {
		case r.Kind == wire.Chunk:
			chunks[of] = append(chunks[of], record...)
		case r.ID.PID != uint32(cmd.ProcessState.Pid()):
		case r.Kind == wire.Exec:
			all = append(append(all, chunks[of]...), record...)
		default:
			all = append(all, record...)
		}
	}
}

// captureSnapshot returns the records of the first process (which the kernel may
// hide), of the first kernel thread and of this process.
func captureSnapshot(t *testing.T) (all []byte) {
	t.Helper()
	err := openProbe(t, false).Snapshot(func(record []byte) error {
		if id, _, _ := wire.SnapshotHead(record); id.PID == 1 || id.PID == 2 || id.PID == uint32(os.Getpid()) {
			all = append(all, record...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func openProbe(t *testing.T, env bool) *probe.Probe {
	t.Helper()
	p, err := probe.Open(probe.Config{
		BufferSize: 16 << 20, Env: env, Logger: slog.New(slog.DiscardHandler),
		Failed: probe.FailedConfig{Plans: probe.Plans(), Required: true},
	})
	if err != nil {
		t.Fatalf("%+v", err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// save keeps records under the version of the kernel that wrote them.
func save(t *testing.T, name string, records []byte) {
	t.Helper()
	if !*update {
		return
	}
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		t.Fatal(err)
	}
	version := strings.SplitN(unix.ByteSliceToString(u.Release[:]), ".", 3)
	dir := filepath.Join("testdata", fmt.Sprintf("%s.%s-%s", version[0], version[1], runtime.GOARCH))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".bin"), records, 0o644); err != nil {
		t.Fatal(err)
	}
}
