package exectrail_test

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/internal/testenv"
)

// TestReplay records a session while it is read: the recording tells the same, byte by byte.
func TestReplay(t *testing.T) {
	options := []exectrail.Option{exectrail.WithForks(), exectrail.WithExits()}
	var recording bytes.Buffer
	tracer := openLive(t, append(options, exectrail.WithRawCopy(&recording), exectrail.WithEnv("HOME", "LANG"))...)

	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		for _, args := range [][]string{
			{"-c", "exit 3", "it's", "", "\x1b[2J\n\xff"},
			{"-c", "kill -9 $$"},
			{"-c", ": | : | :; (exec /bin/true)"},
			{"-c", "exit", string(bytes.Repeat([]byte("long "), 10_000))},
		} {
			exec.Command("/bin/sh", args...).Run()
		}
	}()
	var live []string
	for e, err := range tracer.Events(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		live = append(live, jsonLine(e))
	}
	stats := tracer.Stats()
	if err := tracer.Close(); err != nil {
		t.Fatal(err)
	}

	again, err := exectrail.OpenRecording(&recording, options...)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	replayed, err := readAll(t, again)
	if err != nil {
		t.Fatal(err)
	}
	for i := range min(len(live), len(replayed)) {
		if live[i] != replayed[i] {
			t.Fatalf("event %d: the replay tells\n%slive it was\n%s", i, replayed[i], live[i])
		}
	}
	if len(live) != len(replayed) || len(live) == 0 {
		t.Errorf("%d events live, %d in the replay", len(live), len(replayed))
	}
	if *again.Host() != *tracer.Host() {
		t.Errorf("the host is %+v, it was %+v", again.Host(), tracer.Host())
	}
	after := again.Stats()
	after.Programs, stats.Programs = nil, nil
	if !slices.Equal([]exectrail.Counts{after.Execs, after.Forks, after.Exits}, []exectrail.Counts{stats.Execs, stats.Forks, stats.Exits}) {
		t.Errorf("the accounts are\n%+v, they were\n%+v", after, stats)
	}
}

// full is a file on a disk that has room for some bytes.
type full struct{ room atomic.Int64 }

func fullAfter(bytes int64) *full {
	f := &full{}
	f.room.Store(bytes)
	return f
}

var errFull = errors.New("no space left")

func (f *full) Write(b []byte) (int, error) {
	if f.room.Add(-int64(len(b))) < 0 {
		return 0, errFull
	}
	return len(b), nil
}

// TestRawCopyError has a recording that cannot be written: whoever reads the events is told.
func TestRawCopyError(t *testing.T) {
	testenv.NeedsRoot(t)
	if tracer, err := exectrail.Open(t.Context(), exectrail.WithRawCopy(fullAfter(0))); !errors.Is(err, errFull) {
		t.Errorf("at the beginning: got %v, %v", tracer, err)
	}
	t.Run("while it runs", func(t *testing.T) {
		disk := fullAfter(1 << 40)
		tracer := openLive(t, exectrail.WithRawCopy(disk))
		disk.room.Store(2000)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			defer cancel()
			long := string(bytes.Repeat([]byte("x"), 100_000))
			for range 10 {
				exec.Command("/bin/true", long).Run()
			}
		}()
		wantFull(ctx, t, tracer)
		<-ctx.Done()
	})
	t.Run("at its end", func(t *testing.T) {
		disk := fullAfter(1 << 40)
		tracer := openLive(t, exectrail.WithRawCopy(disk))
		disk.room.Store(2000)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		wantFull(ctx, t, tracer)
	})
}

// wantFull reads events until the recording cannot be written.
func wantFull(ctx context.Context, t *testing.T, tracer *exectrail.Tracer) {
	t.Helper()
	var last error
	for _, last = range tracer.Events(ctx) {
	}
	if !errors.Is(last, errFull) {
		t.Errorf("the events ended with %v", last)
	}
	if err := tracer.Close(); !errors.Is(err, errFull) {
		t.Errorf("Close returned %v", err)
	}
}
