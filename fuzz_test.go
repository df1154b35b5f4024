package exectrail_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/internal/replay"
	"github.com/exectrail/exectrail/internal/wire"
)

// FuzzReplayFile reads any bytes as a recording, and as the records in one:
// few changes of a whole file get past its checksums. Nothing may panic, or
// allocate much more than it was given.
func FuzzReplayFile(f *testing.F) {
	demo, err := os.ReadFile("testdata/demo.raw")
	if err != nil {
		f.Fatal(err)
	}
	for _, n := range []int{0, 10, 100, 1000, len(demo)} {
		f.Add(demo[:n])
	}
	files, err := filepath.Glob("internal/wire/testdata/*/*.bin")
	if err != nil || len(files) == 0 {
		f.Fatalf("no records: %v", err)
	}
	for _, file := range files {
		records, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(records)
		f.Add(append(wire.AppendClock(nil, 1, 2), records...))
		f.Add(append(records, wire.AppendTally(nil, 1, 2, wire.Count{Counter: wire.Counter{Seen: 9}, Missed: 3, When: wire.Final})...))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		replayAny(t, data)
		replayAny(t, framed(t, data))
	})
}

// replayAny reads what may be a recording to its end.
func replayAny(t *testing.T, file []byte) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := replayAll(file)
	runtime.ReadMemStats(&after)

	var damage *exectrail.DamageError
	switch {
	case err == nil, errors.Is(err, exectrail.ErrFormat), errors.Is(err, exectrail.ErrLayout):
	case errors.As(err, &damage):
		if damage.Offset < 0 || damage.Offset > int64(len(file)) {
			t.Errorf("damage at offset %d of %d bytes", damage.Offset, len(file))
		}
	default:
		t.Errorf("got %v", err)
	}
	// There can be 65536 processors, with some space for each.
	if n, most := after.TotalAlloc-before.TotalAlloc, uint64(64<<20+100*len(file)); n > most {
		t.Errorf("%d bytes were allocated for a file of %d", n, len(file))
	}
}

func replayAll(file []byte) error {
	tracer, err := exectrail.OpenRecording(bytes.NewReader(file), exectrail.WithForks(), exectrail.WithExits())
	if err != nil {
		return err
	}
	defer tracer.Close()
	for e, err := range tracer.Events(context.Background()) {
		if err != nil {
			return err
		}
		e.Clone()
	}
	tracer.Stats()
	return nil
}

// framed makes a recording of what may be records, cut as their heads tell.
func framed(t *testing.T, records []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := replay.NewWriter(&b, replay.Header{Layout: wire.Layout, Hostname: "fuzz", BootID: "boot", EnvNames: []string{"A"}})
	if err != nil {
		t.Fatal(err)
	}
	for len(records) > 0 {
		n := len(records)
		if n >= 8 {
			n = int(min(max(binary.LittleEndian.Uint32(records[4:]), 1), uint32(n)))
		}
		if err := w.Write(records[:n]); err != nil {
			break // longer than a record can be
		}
		records = records[n:]
	}
	return b.Bytes()
}
