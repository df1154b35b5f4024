package probe

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"testing"

	"github.com/exectrail/exectrail/internal/testenv"
	"github.com/exectrail/exectrail/internal/wire"
)

// openProbe begins a session with a ring that is large enough for what else runs on the machine.
func openProbe(t *testing.T) *Probe {
	t.Helper()
	return openSized(t, 16<<20)
}

func openSized(t *testing.T, size int) *Probe {
	t.Helper()
	testenv.NeedsRoot(t)
	p, err := Open(Config{BufferSize: size, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatalf("%+v", err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// execute runs a program that does nothing, with an argument to know it by.
func execute(t *testing.T, argument string) {
	t.Helper()
	if err := exec.Command("/bin/sh", "-c", "exit", argument).Run(); err != nil {
		t.Error(err)
	}
}

// isExecOf reports whether a record is that of [execute].
func isExecOf(record []byte, argument string) bool {
	return bytes.Contains(record, []byte("/bin/sh\x00-c\x00exit\x00"+argument+"\x00"))
}

// next returns the next record. A lap, and a wake-up for nothing, are none.
func next(t *testing.T, p *Probe) ([]byte, bool) {
	t.Helper()
	for {
		record, err := p.Next()
		switch {
		case err == nil:
			return record, true
		case errors.Is(err, io.EOF):
			return nil, false
		case !errors.Is(err, ErrLap):
			t.Fatal(err)
		}
	}
}

// drain detaches the hooks and returns how many records of each kind are left, and of the
// execs those with the argument.
func drain(t *testing.T, p *Probe, argument string) (kinds [wire.Counted]uint64, found int) {
	t.Helper()
	if err := p.Detach(); err != nil {
		t.Fatal(err)
	}
	for {
		record, ok := next(t, p)
		if !ok {
			return kinds, found
		}
		var r wire.Record
		if err := new(wire.Decoder).Decode(record, &r); err != nil {
			t.Fatal(err)
		}
		if r.Kind < wire.Counted {
			kinds[r.Kind]++
		}
		if r.Kind == wire.Exec && isExecOf(record, argument) {
			found++
		}
	}
}

func TestBufferSize(t *testing.T) {
	for n, want := range map[int]int{
		-1: MinBufferSize, 0: MinBufferSize, 1: MinBufferSize, MinBufferSize: MinBufferSize, MinBufferSize + 1: 2 * MinBufferSize,
		32 << 20: 32 << 20, 32<<20 - 1: 32 << 20, 32<<20 + 1: 64 << 20, MaxBufferSize - 1: MaxBufferSize, MaxBufferSize: MaxBufferSize,
	} {
		if got := BufferSize(n); got != want {
			t.Errorf("%d: got %d, want %d", n, got, want)
		}
	}
}

// TestNothingIsLeft closes probes in several states: no file descriptor is left.
func TestNothingIsLeft(t *testing.T) {
	openProbe(t).Close() // the first one opens what the runtime keeps, such as its poller
	before := descriptors(t)
	for _, use := range []func(p *Probe){
		func(*Probe) {},
		func(p *Probe) { p.Detach() },
		func(p *Probe) { p.Wake(); p.Next() },
		func(p *Probe) { p.Snapshot(func([]byte) error { return io.ErrUnexpectedEOF }) },
	} {
		p := openProbe(t)
		use(p)
		for range 2 {
			if err := p.Close(); err != nil {
				t.Error(err)
			}
		}
		if after := descriptors(t); after != before {
			t.Errorf("%d file descriptors are open, %d were before", after, before)
		}
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}

// TestDetach finds that what was recorded before comes, and nothing after it.
func TestDetach(t *testing.T) {
	p := openProbe(t)
	const n = 20
	for range n {
		execute(t, "before")
	}
	if err := p.Detach(); err != nil {
		t.Fatal(err)
	}
	execute(t, "after")
	var before, after int
	for record, ok := next(t, p); ok; record, ok = next(t, p) {
		if isExecOf(record, "before") {
			before++
		}
		if isExecOf(record, "after") {
			after++
		}
	}
	if before != n || after != 0 {
		t.Errorf("%d of %d execs before it came, and %d after it", before, n, after)
	}
	if err := p.Detach(); err != nil {
		t.Errorf("detach again: %v", err)
	}
	if record, err := p.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the end: got %d bytes, %v", len(record), err)
	}
}

// TestSelf leaves out the processes that one process creates.
func TestSelf(t *testing.T) {
	p := openProbe(t)
	var self uint32
	if err := p.Snapshot(func(record []byte) error {
		if id, _, reader := wire.SnapshotHead(record); reader {
			self = id.PID
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := p.SetSelf(self); err != nil {
		t.Fatal(err)
	}
	execute(t, "child")
	if err := p.Detach(); err != nil {
		t.Fatal(err)
	}
	found := false
	for record, ok := next(t, p); ok; record, ok = next(t, p) {
		var r wire.Record
		if err := new(wire.Decoder).Decode(record, &r); err != nil {
			t.Fatal(err)
		}
		found = found || isExecOf(record, "child")
		if r.Kind == wire.Fork && r.Parent.PID == self {
			t.Errorf("a fork came: %+v", r.ID)
		}
	}
	if !found {
		t.Error("what the child executed did not come")
	}
}
