package probe

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/exectrail/exectrail/internal/testenv"
	"github.com/exectrail/exectrail/internal/wire"
)

// TestSnapshot finds this process, its parent and a child among those that run.
func TestSnapshot(t *testing.T) {
	p := openProbe(t)
	testenv.NeedsInitialPIDNamespace(t)
	child := exec.Command("/bin/sh", "-c", "read line")
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer child.Wait()
	defer stdin.Close()
	// Start returns when the exec closes its descriptors: a moment before the name and the count of execs change.
	for comm := fmt.Sprintf("/proc/%d/comm", child.Process.Pid); ; time.Sleep(time.Millisecond) {
		name, err := os.ReadFile(comm)
		if err != nil {
			t.Fatal(err)
		}
		if string(name) == "sh\n" {
			break
		}
	}

	self, began := uint32(os.Getpid()), bootTime(t)
	parents, readers := map[uint32]uint32{}, []uint32{}
	err = p.Snapshot(func(record []byte) error {
		var r wire.Record
		if err := new(wire.Decoder).Decode(record, &r); err != nil {
			t.Fatal(err)
		}
		if r.Kind != wire.Snapshot || r.Size != len(record) || r.Time < began || r.Time > bootTime(t) {
			t.Errorf("got a record of kind %d, %d bytes, at %d", r.Kind, r.Size, r.Time)
		}
		if _, twice := parents[r.ID.PID]; twice {
			t.Errorf("process %d is listed twice", r.ID.PID)
		}
		parents[r.ID.PID] = r.Parent.PID
		if _, _, reader := wire.SnapshotHead(record); reader {
			readers = append(readers, r.ID.PID)
		}
		if r.ID.PID == uint32(child.Process.Pid) && (string(r.Task.Comm) != "sh" || r.ID.ExecID == 0 || r.Task.KernelThread) {
			t.Errorf("the child is %+v, %+v", r.ID, r.Task)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(readers) != 1 || readers[0] != self {
		t.Errorf("the reader is %v, not %d", readers, self)
	}
	if parents[self] != uint32(os.Getppid()) || parents[uint32(child.Process.Pid)] != self {
		t.Errorf("the parent of %d is %d, that of its child %d", self, parents[self], parents[uint32(child.Process.Pid)])
	}
}

// TestSnapshotEnds stops at the first error, which it returns.
func TestSnapshotEnds(t *testing.T) {
	p := openProbe(t)
	enough, calls := errors.New("enough"), 0
	err := p.Snapshot(func([]byte) error {
		calls++
		return enough
	})
	if !errors.Is(err, enough) || calls != 1 {
		t.Errorf("after %d calls: got %v", calls, err)
	}
}
