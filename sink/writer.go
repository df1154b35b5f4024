package sink

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// FlushInterval is how long output for a pipe or a file may wait in a [Writer].
const FlushInterval = 100 * time.Millisecond

const bufferSize = 64 << 10

// Writer buffers output for at most a given time. It may be used by several
// goroutines; what one call of Write was given stays together.
//
// It keeps the first error of the output and returns it from each call that
// follows. What could not be written is dropped.
type Writer struct {
	mu       sync.Mutex
	out      io.Writer
	interval time.Duration
	buffer   []byte
	err      error
	closed   bool

	// timer runs only while something is buffered, so that nothing happens when nothing is written.
	timer   *time.Timer
	flushes sync.WaitGroup // calls of the timer under way
	armed   bool
}

// NewWriter returns a Writer that hands everything to out after interval at
// the latest. With an interval of 0 each call of Write hands on what it was
// given, as is right for a terminal.
func NewWriter(out io.Writer, interval time.Duration) *Writer {
	return &Writer{out: out, interval: interval}
}

// Write takes p. It does not keep it.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.state(); err != nil {
		return 0, err
	}
	if w.interval <= 0 {
		return w.forward(p)
	}
	if len(w.buffer)+len(p) > bufferSize {
		if err := w.flush(); err != nil {
			return 0, err
		}
	}
	if len(p) > bufferSize {
		return w.forward(p)
	}
	if w.buffer == nil {
		w.buffer = make([]byte, 0, bufferSize)
	}
	w.buffer = append(w.buffer, p...)
	w.arm()
	return len(p), nil
}

// Err returns the error that is kept, or one that wraps [os.ErrClosed] after Close.
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.state()
}

func (w *Writer) state() error {
	if w.err == nil && w.closed {
		return fmt.Errorf("write output: %w", os.ErrClosed)
	}
	return w.err
}

// Flush writes out what is buffered.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.flush()
}

// Close writes out what is buffered and ends the timer: nothing runs on
// after it. It does not close the output.
func (w *Writer) Close() error {
	w.mu.Lock()
	w.closed = true
	err := w.flush()
	w.mu.Unlock()
	w.flushes.Wait()
	return err
}

// forward hands p to the output. The caller holds the lock.
func (w *Writer) forward(p []byte) (int, error) {
	n, err := w.out.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	if err != nil {
		w.err = fmt.Errorf("write output: %w", err)
	}
	return n, w.err
}

// flush empties the buffer and stops the timer. The caller holds the lock.
func (w *Writer) flush() error {
	// A timer that cannot be stopped any more waits for the lock in expire, and finds nothing to do then
	// but to flush what came since.
	if w.armed && w.timer.Stop() {
		w.flushes.Done()
	}
	w.armed = false
	if w.err == nil && len(w.buffer) > 0 {
		_, _ = w.forward(w.buffer) // it keeps the error
	}
	w.buffer = w.buffer[:0]
	return w.err
}

// arm starts the timer unless it runs. The caller holds the lock.
func (w *Writer) arm() {
	if w.armed {
		return
	}
	w.armed = true
	w.flushes.Add(1)
	if w.timer == nil {
		w.timer = time.AfterFunc(w.interval, w.expire)
	} else {
		w.timer.Reset(w.interval)
	}
}

// expire is the timer's call.
func (w *Writer) expire() {
	defer w.flushes.Done()
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.flush() // it keeps the error
}
