package sink

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// recorder keeps what it was given, call by call.
type recorder struct {
	mu    sync.Mutex
	calls []string
	err   error
	short bool
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, string(p))
	if r.short {
		return len(p) - 1, nil
	}
	return len(p), r.err
}

func write(t *testing.T, w io.Writer, s string) {
	t.Helper()
	if n, err := io.WriteString(w, s); err != nil || n != len(s) {
		t.Fatalf("write %q: %d, %v", s, n, err)
	}
}

func expectCalls(t *testing.T, r *recorder, want ...string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if got := strings.Join(r.calls, "|"); got != strings.Join(want, "|") {
		t.Errorf("the output was given %q, want %q", r.calls, want)
	}
}

func TestWriterWithoutIntervalHandsOnEachLine(t *testing.T) {
	var out recorder
	w := NewWriter(&out, 0)
	write(t, w, "a\n")
	write(t, w, "b\n")
	expectCalls(t, &out, "a\n", "b\n")
}

func TestWriterFlushesAfterTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out recorder
		w := NewWriter(&out, FlushInterval)
		var want []string
		for range 3 { // the timer is used again
			write(t, w, "a\n")
			time.Sleep(FlushInterval - 1)
			write(t, w, "b\n")
			expectCalls(t, &out, want...)
			time.Sleep(time.Nanosecond)
			synctest.Wait()
			want = append(want, "a\nb\n")
			expectCalls(t, &out, want...)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		// Nothing runs on: a bubble does not end before its goroutines and timers do.
	})
}

func TestWriterFlushStopsTheTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out recorder
		w := NewWriter(&out, FlushInterval)
		write(t, w, "a")
		time.Sleep(FlushInterval / 2)
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		write(t, w, "b")
		time.Sleep(FlushInterval/2 + 1)
		expectCalls(t, &out, "a")
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		expectCalls(t, &out, "a", "b")
		time.Sleep(time.Hour)
		expectCalls(t, &out, "a", "b")
	})
}

func TestWriterHandsOnAFullBuffer(t *testing.T) {
	var out recorder
	w := NewWriter(&out, time.Hour)
	half, huge := strings.Repeat("x", bufferSize/2), strings.Repeat("y", bufferSize+1)
	write(t, w, half)
	write(t, w, half)
	expectCalls(t, &out)
	write(t, w, "z")
	write(t, w, huge)
	expectCalls(t, &out, half+half, "z", huge)
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	expectCalls(t, &out, half+half, "z", huge)
}

func TestWriterKeepsTheFirstError(t *testing.T) {
	broken := errors.New("broken pipe")
	out := recorder{err: broken}
	w := NewWriter(&out, time.Hour)
	write(t, w, "a")
	if err := w.Flush(); !errors.Is(err, broken) {
		t.Errorf("flush: %v", err)
	}
	out.err = nil
	if _, err := w.Write([]byte("b")); !errors.Is(err, broken) {
		t.Errorf("write: %v", err)
	}
	if err := w.Close(); !errors.Is(err, broken) {
		t.Errorf("close: %v", err)
	}
	expectCalls(t, &out, "a")

	w = NewWriter(&recorder{short: true}, 0)
	if _, err := w.Write([]byte("abc")); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("a short write gives %v", err)
	}
}

func TestWriterReturnsTheErrorOfATimedFlush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken pipe")
		w := NewWriter(&recorder{err: broken}, FlushInterval)
		write(t, w, "a")
		time.Sleep(2 * FlushInterval)
		if _, err := w.Write([]byte("b")); !errors.Is(err, broken) {
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

// A flush and a write that meet the timer just as it fires must not lose count of it: Close would wait for ever.
func TestWriterTimerMeetsFlush(t *testing.T) {
	w := NewWriter(io.Discard, time.Microsecond)
	for range 20_000 {
		write(t, w, "a")
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		write(t, w, "b")
	}
	closed := make(chan error, 1)
	go func() { closed <- w.Close() }()
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("close waits for a call of the timer that does not come")
	}
}
