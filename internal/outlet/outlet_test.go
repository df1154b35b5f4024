package outlet

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

const interval = 100 * time.Millisecond

// recorder keeps what it was given, call by call.
type recorder struct {
	mu    sync.Mutex
	calls []string
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, string(p))
	return len(p), nil
}

func (r *recorder) want(t *testing.T, want ...string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if got := strings.Join(r.calls, "|"); got != strings.Join(want, "|") {
		t.Errorf("the output was given %.100q, want %.100q", r.calls, want)
	}
}

// gate is an output that takes nothing until it is opened.
type gate struct {
	recorder
	opened chan struct{}
}

func newGate() *gate { return &gate{opened: make(chan struct{})} }

func (g *gate) open() { close(g.opened) }

func (g *gate) Write(p []byte) (int, error) {
	<-g.opened
	return g.recorder.Write(p)
}

func offer(t *testing.T, o *Outlet, s string) {
	t.Helper()
	if !o.Offer([]byte(s)) {
		t.Fatalf("%.20q is not taken: %v", s, o.Err())
	}
}

func closed(t *testing.T, o *Outlet) {
	t.Helper()
	if err := o.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

func TestWithoutIntervalAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out recorder
		o := New(&out, Options{})
		offer(t, o, "a")
		synctest.Wait()
		offer(t, o, "b")
		synctest.Wait()
		out.want(t, "a", "b")
		// Nothing runs on, though it is not closed: a bubble does not end before its goroutines and timers do.
	})
}

func TestAfterInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out recorder
		o := New(&out, Options{Interval: interval})
		var want []string
		for range 3 { // the timer is used again
			offer(t, o, "a")
			time.Sleep(interval - 1)
			offer(t, o, "b")
			synctest.Wait()
			out.want(t, want...)
			time.Sleep(time.Nanosecond)
			synctest.Wait()
			want = append(want, "ab")
			out.want(t, want...)
		}
		closed(t, o)
	})
}

// TestBurst is written in chunks, and what is longer in pieces of their size.
func TestBurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out recorder
		o := New(&out, Options{Interval: interval})
		half, huge := strings.Repeat("h", chunkSize/2+1), strings.Repeat("g", batchSize)
		offer(t, o, half)
		synctest.Wait()
		out.want(t)
		offer(t, o, huge)
		offer(t, o, half)
		synctest.Wait()
		piece := huge[:chunkSize]
		out.want(t, half, piece, piece, piece, piece) // the rest can wait
		offer(t, o, half)
		closed(t, o)
		out.want(t, half, piece, piece, piece, piece, half, half)
	})
}

func TestPushAndFlush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		o := New(g, Options{Interval: time.Hour})
		offer(t, o, "a")
		o.Push()
		synctest.Wait()
		offer(t, o, "b")
		flushed := make(chan error, 1)
		go func() { flushed <- o.Flush() }()
		synctest.Wait()
		if len(flushed) != 0 {
			t.Error("Flush does not wait")
		}
		g.open()
		if err := <-flushed; err != nil {
			t.Error(err)
		}
		g.want(t, "a", "b")
		closed(t, o)
	})
}

// TestSlowOutput never makes whoever offers wait, and takes no more than the limit.
func TestSlowOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		o := New(g, Options{Limit: 10})
		offer(t, o, "1234")
		offer(t, o, "56789")
		if got := o.Room(); got != 1 {
			t.Errorf("room for %d bytes, want 1", got)
		}
		offer(t, o, "the last may go beyond it")
		if o.Offer([]byte("x")) || o.Room() != 0 {
			t.Error("what does not fit was taken")
		}
		if err := o.Put([]byte("!")); err != nil {
			t.Error(err)
		}
		waited := make(chan struct{})
		go func() {
			if err := o.Await([]byte("?")); err != nil {
				t.Error(err)
			}
			close(waited)
		}()
		synctest.Wait()
		select {
		case <-waited:
			t.Error("Await returns when there is no room")
		default:
		}
		g.open()
		<-waited
		closed(t, o)
		if got := strings.Join(g.calls, ""); got != "123456789the last may go beyond it!?" {
			t.Errorf("got %q", got)
		}
		if offered, written := o.Positions(); offered != written || offered != 36 {
			t.Errorf("%d bytes offered, %d written", offered, written)
		}
	})
}

func TestCloseWritesAllThatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		o := New(g, Options{Interval: time.Hour})
		var want bytes.Buffer
		for i := range 1000 {
			line := strings.Repeat(string(rune('a'+i%26)), i)
			want.WriteString(line)
			offer(t, o, line)
		}
		time.AfterFunc(time.Minute, g.open) // a slow output is waited for
		closed(t, o)
		closed(t, o)
		if got := strings.Join(g.calls, ""); got != want.String() {
			t.Errorf("%d bytes were written, want %d", len(got), want.Len())
		}
		if o.Offer([]byte("x")) || !errors.Is(o.Put([]byte("x")), os.ErrClosed) || !errors.Is(o.Err(), os.ErrClosed) {
			t.Error("it takes something after Close")
		}
		if err := o.Flush(); err != nil {
			t.Errorf("flush after close: %v", err)
		}
	})
}

// broken fails with its error, having written some bytes.
type broken struct {
	written int
	err     error
}

func (b *broken) Write([]byte) (int, error) { return b.written, b.err }

func TestErrorIsFinal(t *testing.T) {
	wrong := errors.New("wrong")
	for _, c := range []struct {
		out     broken
		want    error
		written uint64
	}{{broken{0, wrong}, wrong, 0}, {broken{1, wrong}, wrong, 1}, {broken{1, nil}, io.ErrShortWrite, 1}} {
		o := New(&c.out, Options{Interval: time.Hour})
		offer(t, o, "abc")
		if err := o.Flush(); !errors.Is(err, c.want) {
			t.Errorf("flush: %v, want %v", err, c.want)
		}
		c.out = broken{3, nil}
		if err := o.Put([]byte("abc")); !errors.Is(err, c.want) || o.Offer([]byte("abc")) {
			t.Errorf("after it: %v", err)
		}
		if err := o.Await([]byte("abc")); !errors.Is(err, c.want) {
			t.Errorf("await: %v", err)
		}
		if err := o.Close(); !errors.Is(err, c.want) {
			t.Errorf("close: %v", err)
		}
		if _, written := o.Positions(); written != c.written {
			t.Errorf("%d bytes count as written, want %d", written, c.written)
		}
	}
}

// TestManyAtOnce offers from several goroutines while the timer, Flush and Push are at work.
func TestManyAtOnce(t *testing.T) {
	var out recorder
	o := New(&out, Options{Interval: time.Microsecond, Limit: 1 << 30})
	var group sync.WaitGroup
	const each = 2000
	for _, line := range []string{"aaa\n", "bb\n"} {
		group.Go(func() {
			for range each {
				if !o.Offer([]byte(line)) {
					t.Error("not taken")
				}
				o.Push()
			}
		})
	}
	group.Go(func() {
		for range each {
			if err := o.Flush(); err != nil {
				t.Error(err)
			}
		}
	})
	group.Wait()
	closed(t, o)
	all := strings.Join(out.calls, "")
	if strings.Count(all, "aaa\n") != each || strings.Count(all, "bb\n") != each || len(all) != 7*each {
		t.Errorf("%d bytes, of them %d and %d lines", len(all), strings.Count(all, "aaa\n"), strings.Count(all, "bb\n"))
	}
}

// TestPipe has an output that nobody reads for a while.
func TestPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	const size, lines = 1 << 20, 300_000
	o := New(w, Options{Limit: size})
	var want bytes.Buffer
	for range lines {
		if !o.Offer([]byte("1234567\n")) {
			break
		}
		want.WriteString("1234567\n")
	}
	if want.Len() < size || want.Len() >= 8*lines {
		t.Errorf("%d bytes were taken, of which %d may wait", want.Len(), size)
	}
	read := make(chan []byte)
	go func() {
		all, _ := io.ReadAll(r)
		read <- all
	}()
	closed(t, o)
	w.Close()
	if got := <-read; !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%d bytes came, want %d", len(got), want.Len())
	}
}

func BenchmarkOffer(b *testing.B) {
	o := New(io.Discard, Options{Interval: time.Hour})
	line := bytes.Repeat([]byte("x"), 2500)
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		if err := o.Await(line); err != nil {
			b.Fatal(err)
		}
	}
}
