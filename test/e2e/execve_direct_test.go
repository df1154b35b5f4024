package e2e

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"github.com/cilium/ebpf/perf"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/testenv"
)

// TestExecveDirect runs the program of examples/execve-kprobe for kernels whose entry of execve has its arguments in
// registers, which no kernel of the matrix has. The C library's execve has them in the same ones.
func TestExecveDirect(t *testing.T) {
	plain, target := trigger(t, "plain"), trigger(t, "target")
	if _, err := os.Stat("/sys/bus/event_source/devices/uprobe"); err != nil {
		testenv.Skip(t, "this kernel has no uprobes")
	}
	reader := attachDirect(t, plain)

	many := []string{target}
	for range 100 {
		many = append(many, "argument")
	}
	fits, long := strings.Repeat("f", 4096-len(target)-2), strings.Repeat("l", 5000)
	for _, test := range []struct {
		name       string
		args, want []string
	}{
		{"plain", []string{target, "a", "", "b c"}, []string{target, "a", "", "b c"}},
		{"just fits", []string{target, fits}, []string{target, fits}},
		{"too long", []string{target, long}, []string{target, long[:4096-len(target)-2], "..."}},
		{"no room for an empty one", []string{target, fits, ""}, []string{target, fits, "..."}},
		{"as many as fit", many[:64], many[:64]},
		{"too many", many, append(slices.Clone(many[:64]), "...")},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd := exec.Command(plain, test.args...)
			cmd.ExtraFiles = []*os.File{newWitnessFile(t)}
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 1234}}
			began := bootNow()
			execute(t, cmd)
			e := readDirect(t, reader)
			if e.Time < began || e.Time > bootNow() {
				t.Errorf("the time is %d, want one after %d", e.Time, began)
			}
			if comm := unix.ByteSliceToString(e.Comm[:]); comm != "plain" || int(e.PID) != cmd.Process.Pid || e.UID != 65534 || e.GID != 1234 {
				t.Errorf("the event is of %s, process %d, user %d, group %d", comm, e.PID, e.UID, e.GID)
			}
			if !slices.Equal(e.args, test.want) {
				t.Errorf("the arguments are %q, want %q", e.args, test.want)
			}
		})
	}
}

// attachDirect puts the program at the entry of execve in an executable.
func attachDirect(t *testing.T, path string) *perf.Reader {
	t.Helper()
	spec, err := ebpf.LoadCollectionSpec(exampleObject(t))
	if err != nil {
		t.Fatal(err)
	}
	var loaded struct {
		Program *ebpf.Program `ebpf:"execve_direct"`
		Events  *ebpf.Map     `ebpf:"events"`
	}
	if err := spec.LoadAndAssign(&loaded, nil); err != nil {
		t.Fatalf("%+v", err)
	}
	t.Cleanup(func() { loaded.Program.Close(); loaded.Events.Close() })
	executable, err := link.OpenExecutable(path)
	if err != nil {
		t.Fatal(err)
	}
	probe, err := executable.Uprobe("execve", loaded.Program, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { probe.Close() })
	reader, err := perf.NewReader(loaded.Events, 64<<10)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reader.Close() })
	return reader
}

// directHead is the head of struct event in execve.bpf.c.
type directHead struct {
	Time          uint64
	Comm          [16]byte
	PID, UID, GID uint32
}

type directEvent struct {
	directHead
	args []string
}

func readDirect(t *testing.T, reader *perf.Reader) (e directEvent) {
	t.Helper()
	reader.SetDeadline(time.Now().Add(patience))
	record, err := reader.Read()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal("the event did not come")
	}
	if err != nil {
		t.Fatal(err)
	}
	body := bytes.NewReader(record.RawSample)
	if err := binary.Read(body, binary.NativeEndian, &e.directHead); err != nil {
		t.Fatal(err)
	}
	rest := record.RawSample[len(record.RawSample)-body.Len():]
	e.args = strings.Split(strings.TrimRight(string(rest), "\x00"), "\x00")
	return e
}
