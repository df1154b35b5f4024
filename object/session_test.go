package object

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"os/exec"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/testenv"
)

// TestSession runs an object, and finds the exec of a process of its own in what it sends.
func TestSession(t *testing.T) {
	s := start(t, "testdata/ring.elf", Options{})
	ctx, cancel := context.WithTimeout(t.Context(), testenv.Patience(10*time.Second))
	defer cancel()
	cmd := exec.Command("/proc/self/exe", "-test.run=^$")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	found := uint64(0)
	for r, err := range s.Records(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Buffer != "events" || r.CPU != -1 || len(r.Raw) != 40 {
			t.Fatalf("got %+v", r)
		}
		if binary.NativeEndian.Uint32(r.Raw[8:]) == uint32(cmd.Process.Pid) {
			found++
			cancel() // ends the loop, after what is in the buffer
		}
	}
	if found != 1 {
		t.Errorf("the exec of process %d was found %d times", cmd.Process.Pid, found)
	}
	stats, err := s.Stats()
	if err != nil {
		t.Fatal(err)
	}
	if len(stats.Buffers) != 1 || stats.Buffers[0].Name != "events" || stats.Buffers[0].Received() == 0 || stats.Buffers[0].CountsLoss {
		t.Errorf("the buffers are %+v", stats.Buffers)
	}
	if len(stats.Programs) != 1 || stats.Programs[0].Runs != stats.Buffers[0].Received() || stats.Programs[0].Mean() == 0 {
		t.Errorf("the programs are %+v", stats.Programs)
	}
}

// TestSessionLoss has a perf buffer run over: each of the records came or is told as lost, by CPU.
func TestSessionLoss(t *testing.T) {
	s := start(t, "testdata/perf.elf", Options{PerCPUBuffer: os.Getpagesize()})
	// Nobody reads yet. The program sends a record for each call of getpgid with this argument.
	const calls = 1000
	for range calls {
		_, _ = unix.Getpgid(0x7ace)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var received, lost uint64
	last := map[int]uint64{}
	for r, err := range s.Records(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Lost > 0 {
			lost += r.Lost
			continue
		}
		received++
		n := binary.NativeEndian.Uint64(r.Raw)
		if n <= last[r.CPU] {
			t.Errorf("on CPU %d, %d came after %d", r.CPU, n, last[r.CPU])
		}
		last[r.CPU] = n
	}
	stats, err := s.Stats()
	if err != nil {
		t.Fatal(err)
	}
	b := stats.Buffers[0]
	if received == 0 || lost == 0 || b.Received() != received || b.Lost() != lost || !b.CountsLoss {
		t.Errorf("%d came and %d were lost, but the account is %+v", received, lost, b)
	}
	if received+lost != calls {
		t.Errorf("%d came and %d were lost of %d", received, lost, calls)
	}
}

// TestSessionLeftEarly leaves the loop over the records, and goes on with another.
func TestSessionLeftEarly(t *testing.T) {
	s := start(t, "testdata/perf.elf", Options{})
	for range 10 {
		_, _ = unix.Getpgid(0x7ace)
	}
	ctx, cancel := context.WithTimeout(t.Context(), testenv.Patience(10*time.Second))
	defer cancel()
	seen := map[string]bool{}
	for len(seen) < 10 {
		for r, err := range s.Records(ctx) {
			if err != nil {
				t.Fatal(err)
			}
			seen[string(bytes.Clone(r.Raw[:8]))] = true
			break
		}
		if ctx.Err() != nil {
			t.Fatalf("%d of 10 came", len(seen))
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for r, err := range s.Records(t.Context()) {
		t.Fatalf("%+v, %v came after Close", r, err)
	}
}

func start(t *testing.T, path string, opts Options) *Session {
	t.Helper()
	testenv.NeedsRoot(t)
	o, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := o.Run(opts)
	if err != nil {
		t.Fatalf("%+v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
