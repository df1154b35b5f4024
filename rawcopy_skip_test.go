package exectrail

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"os"
	"sync"
	"testing"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/replay"
	"github.com/exectrail/exectrail/internal/wire"
)

// stuckFile takes the beginning of a recording, and then nothing until it is freed.
type stuckFile struct {
	mu    sync.Mutex
	got   bytes.Buffer
	calls int
	freed chan struct{}
}

func (f *stuckFile) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.calls++; f.calls > 1 {
		<-f.freed
	}
	return f.got.Write(p)
}

// eachRecord decodes the records of the recording that comes with the source.
func eachRecord(t *testing.T, f func(record []byte, r *wire.Record)) replay.Header {
	t.Helper()
	content, err := os.ReadFile("testdata/demo.raw")
	if err != nil {
		t.Fatal(err)
	}
	reader, err := replay.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	var decoder wire.Decoder
	for {
		record, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return reader.Header
		}
		if err != nil {
			t.Fatal(err)
		}
		var r wire.Record
		if err := decoder.Decode(record, &r); err != nil {
			t.Fatal(err)
		}
		f(record, &r)
	}
}

// TestSkippedRecords copies a session to a file that is stuck in the middle: the replay tells
// what is missing, and its account is that of the session.
func TestSkippedRecords(t *testing.T) {
	header := eachRecord(t, func([]byte, *wire.Record) {})
	for _, limit := range []int{1, 4000, 1 << 20} {
		file := &stuckFile{freed: make(chan struct{})}
		raw, err := newRawCopy(file, header, limit, func() bool { return false }, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		counted := [wire.Counted]uint64{}
		free := sync.OnceFunc(func() { close(file.freed) })
		eachRecord(t, func(record []byte, r *wire.Record) {
			if r.Kind < wire.Counted {
				if counted[r.Kind]++; counted[wire.Exec] == 20 {
					free()
				}
			}
			// What is always taken is taken at any time.
			if err := raw.write(record, r); err != nil {
				t.Fatal(err)
			}
		})
		free()
		if err := raw.close(); err != nil {
			t.Fatal(err)
		}
		if limit < 1<<20 == (raw.stats.Skipped == 0) {
			t.Errorf("limit %d: %d records were skipped", limit, raw.stats.Skipped)
		}
		checkSkipped(t, file.got.Bytes(), counted, raw.stats.Skipped)
	}
}

// checkSkipped replays a recording in which records were skipped.
func checkSkipped(t *testing.T, recording []byte, counted [wire.Counted]uint64, skipped uint64) {
	t.Helper()
	tracer, err := OpenRecording(bytes.NewReader(recording), WithExits(), WithForks())
	if err != nil {
		t.Fatal(err)
	}
	defer tracer.Close()
	next, slow := uint64(1), uint64(0)
	for e, err := range tracer.Events(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Header().Sequence != next {
			t.Errorf("number %d comes, want %d", e.Header().Sequence, next)
		}
		next++
		if lost, ok := e.(*event.Lost); ok {
			next += lost.Count - 1
			if lost.Cause != event.LostSlowOutput {
				t.Errorf("lost by %s", lost.Cause)
			}
			slow += lost.Count
		}
	}
	s := tracer.Stats()
	var told uint64
	for kind, c := range map[wire.Kind]Counts{wire.Exec: s.Execs, wire.Failed: s.Failed, wire.Fork: s.Forks, wire.Exit: s.Exits} {
		if c.Seen != counted[kind] || !c.Balanced() {
			t.Errorf("the account of kind %d is %+v, the session had %d", kind, c, counted[kind])
		}
		told += c.SlowOutput
	}
	if told != slow || told > skipped || (told == 0) != (skipped == 0) {
		t.Errorf("%d events are told as lost, %d are in the account, and %d records were skipped", slow, told, skipped)
	}
}
