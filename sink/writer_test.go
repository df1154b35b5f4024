package sink

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/outlet"
)

func write(t *testing.T, w io.Writer, s string) {
	t.Helper()
	if n, err := io.WriteString(w, s); err != nil || n != len(s) {
		t.Fatalf("write %q: %d, %v", s, n, err)
	}
}

func TestWriterKeepsTheOrder(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out, time.Hour)
	write(t, w, "a\n")
	write(t, w, "b\n")
	if err := w.Flush(); err != nil {
		t.Error(err)
	}
	if got := out.String(); got != "a\nb\n" {
		t.Errorf("got %q", got)
	}
	write(t, w, "c\n")
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if got := out.String(); got != "a\nb\nc\n" {
		t.Errorf("got %q", got)
	}
}

// TestWriterWaits where nobody has asked for room: nothing is lost.
func TestWriterWaits(t *testing.T) {
	r, f, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	w := NewWriterTo(outlet.New(f, outlet.Options{Limit: 10_000}))
	const lines = 100_000
	go func() {
		for range lines {
			io.WriteString(w, "1234567\n")
		}
		w.Close()
		f.Close()
	}()
	if got, err := io.ReadAll(r); err != nil || string(got) != strings.Repeat("1234567\n", lines) {
		t.Errorf("%d bytes came, %v", len(got), err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestWriterKeepsTheError(t *testing.T) {
	w := NewWriter(failing{&os.PathError{Op: "write", Path: "/dev/stdout", Err: unix.EIO}}, time.Hour)
	write(t, w, "a")
	if err := w.Flush(); !errors.Is(err, unix.EIO) || err.Error() != "write output: input/output error" {
		t.Errorf("flush: %v", err)
	}
	if _, err := w.Write([]byte("b")); !errors.Is(err, unix.EIO) {
		t.Errorf("write: %v", err)
	}
	if err := w.Close(); !errors.Is(err, unix.EIO) || !errors.Is(w.Err(), unix.EIO) {
		t.Errorf("close: %v, then %v", err, w.Err())
	}
}

func TestWriterReturnsTheErrorOfATimedWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := NewWriter(failing{unix.EIO}, FlushInterval)
		write(t, w, "a")
		time.Sleep(2 * FlushInterval)
		if _, err := w.Write([]byte("b")); !errors.Is(err, unix.EIO) {
			t.Errorf("write: %v", err)
		}
	})
}

func TestWriterAfterClose(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out, time.Hour)
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if _, err := w.Write([]byte("a")); !errors.Is(err, os.ErrClosed) {
		t.Errorf("write after close: %v", err)
	}
	if err := w.Flush(); err != nil {
		t.Errorf("flush after close: %v", err)
	}
}
