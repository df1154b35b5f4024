package sink

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync/atomic"
	"time"

	"github.com/exectrail/exectrail/internal/outlet"
)

// FlushInterval is how long output for a pipe or a file may wait in a [Writer].
const FlushInterval = 100 * time.Millisecond

// Writer writes output from a goroutine of its own, so that a slow output does
// not hold up whoever writes: up to 16 MiB may wait. It may be used by several
// goroutines; what one call of Write was given stays together.
//
// A full disk is waited out. Any other error of the output is kept and
// returned from each call that follows. What could not be written is dropped.
type Writer struct {
	out *outlet.Outlet
	// hurried: whoever writes has asked for room before, and must not wait for any.
	hurried atomic.Bool
}

// NewWriter returns a Writer that hands everything to out after interval at
// the latest. With an interval of 0 it hands it on at once, as is right for a
// terminal.
func NewWriter(out io.Writer, interval time.Duration) *Writer {
	return NewWriterTo(outlet.New(out, outlet.Options{Interval: interval}))
}

// NewWriterTo returns a Writer that writes to an outlet, and closes it when it is closed.
func NewWriterTo(out *outlet.Outlet) *Writer { return &Writer{out: out} }

// Write takes p. It does not keep it. Where there is no room, it waits for some,
// unless the sink that writes is one of a [Counted], which counts instead.
func (w *Writer) Write(p []byte) (int, error) {
	put := w.out.Await
	if w.hurried.Load() {
		put = w.out.Put
	}
	if err := put(p); err != nil {
		return 0, outputError(err)
	}
	return len(p), nil
}

// Err returns the error that is kept, or one that wraps [os.ErrClosed] after Close.
func (w *Writer) Err() error { return outputError(w.out.Err()) }

// Push asks that what was written go to the output now. It does not wait.
func (w *Writer) Push() { w.out.Push() }

// Flush waits until the output has taken what was written.
func (w *Writer) Flush() error { return outputError(w.out.Flush()) }

// Close waits until the output has taken what was written: nothing runs on after
// it. A disk that stays full is given up after some seconds. It does not close the output.
func (w *Writer) Close() error { return outputError(w.out.Close()) }

func outputError(err error) error {
	if err == nil {
		return nil
	}
	// The path is of no help: it is that of stdout, or the one that the user gave.
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		err = e.Err
	}
	return fmt.Errorf("write output: %w", err)
}
