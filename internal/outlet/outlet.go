// Package outlet writes to an output that may be slow, from a goroutine of its
// own: whoever has something to write hands it over and never waits.
package outlet

import (
	"io"
	"os"
	"sync"
	"time"
)

// DefaultLimit is how many bytes may wait in an [Outlet] unless told otherwise.
const DefaultLimit = 16 << 20

// Options say how an [Outlet] writes.
type Options struct {
	// Limit is how many bytes may wait to be written; 0 stands for
	// [DefaultLimit]. What is taken last may go beyond it.
	Limit int
	// Interval is how long output may wait before it is written, so that much is
	// written at once. With 0 it is written as soon as the output takes it.
	Interval time.Duration
	// Marked holds back what was offered after the last [Outlet.Mark].
	Marked bool
	// DiskFull is called with the error when the output begins to have no room
	// on its disk, and with nil when it goes on. It is called from another goroutine and must not call the outlet.
	DiskFull func(error)
}

// Outlet writes to an output in the order in which it was offered. Its methods
// may be called by several goroutines.
//
// A full disk (ENOSPC, EDQUOT) and an output that would block (EAGAIN) are
// waited out. Any other error is final: it is kept, and what waits is dropped.
// A goroutine runs only while there is something to write.
type Outlet struct {
	options Options
	out     io.Writer
	file    file

	mu    sync.Mutex
	moved sync.Cond // something was written, an error came, or a goroutine ended
	queue queue
	marks []mark
	last  Mark // of what is there at the end; nil for none
	// Positions in the stream, in bytes: what was taken and written, and what is to be written now.
	offered, written, asked uint64

	moving   time.Time   // when something was written last, or was to be written first
	timer    *time.Timer // runs only while something waits
	armed    bool
	running  bool // the goroutine that writes
	full     bool // the disk is, as far as is known
	err      error
	closed   bool
	closedAt time.Time
}

// New returns an Outlet that writes to out. It does not close out.
func New(out io.Writer, o Options) *Outlet {
	if o.Limit <= 0 {
		o.Limit = DefaultLimit
	}
	outlet := &Outlet{options: o, out: out, file: fileOf(out)}
	outlet.moved.L = &outlet.mu
	return outlet
}

// Offer takes all of p if there is any room, and nothing of it otherwise, or
// after an error or Close. It does not keep p.
func (o *Outlet) Offer(p []byte) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.room() == 0 {
		return false
	}
	return o.take(p) == nil
}

// Put takes p even where there is no room. It returns the error that is kept, or [os.ErrClosed].
func (o *Outlet) Put(p []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.take(p)
}

// Await is like Put, but waits until there is room. Of a marked outlet there may never be any.
func (o *Outlet) Await(p []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.room() == 0 && o.state() == nil {
		o.moved.Wait()
	}
	return o.take(p)
}

const (
	// stalled is after what time without a byte written an output is taken to be blocked, and not slow.
	stalled = time.Second
	// stalledFile is the same for a regular file. Nobody blocks that for ever, but a disk that is busy with the
	// writes of others can take seconds.
	stalledFile = 10 * time.Second
)

// AwaitRoom waits until there is room, and reports whether there is. It gives up when the output has taken nothing for a
// second (a regular file: ten), when the disk is full, and when worth returns false, which it asks now and then.
func (o *Outlet) AwaitRoom(worth func() bool) bool {
	patience := stalled
	if o.file.regular {
		patience = stalledFile
	}
	for {
		o.mu.Lock()
		room := o.room() > 0
		waits := o.running && !o.full && o.state() == nil && time.Since(o.moving) < patience
		o.mu.Unlock()
		if room || !waits || !worth() {
			return room
		}
		time.Sleep(roomPause)
	}
}

// roomPause is between two looks for room: about the time that a disk takes for a chunk.
const roomPause = time.Millisecond

// Room returns how many bytes can be offered before there is no room.
func (o *Outlet) Room() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.room()
}

// Limit returns how many bytes may wait.
func (o *Outlet) Limit() int { return o.options.Limit }

// Positions returns how many bytes were taken so far, and how many of them written.
func (o *Outlet) Positions() (offered, written uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.offered, o.written
}

// Err returns the error that is kept, or [os.ErrClosed] after Close.
func (o *Outlet) Err() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.state()
}

// Push asks that what was offered be written now. It does not wait for that.
func (o *Outlet) Push() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked = o.offered
	o.start()
}

// Flush asks that what was offered be written now, and waits until it is. Of
// a marked outlet this is what was offered before the last mark.
func (o *Outlet) Flush() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.flush()
	return o.err
}

// Close writes what is there (of a marked outlet, up to the last mark) and waits
// until nothing of the outlet runs any more. It waits for a slow output as long as that takes, but
// gives up a full disk after some seconds.
func (o *Outlet) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closed {
		o.closed, o.closedAt = true, time.Now()
		if o.last != nil && o.err == nil {
			o.marks = append(o.marks, mark{o.offered, o.last})
		}
	}
	o.flush()
	if o.armed && o.timer.Stop() {
		o.armed = false
	}
	for o.armed || o.running {
		o.moved.Wait()
	}
	return o.err
}

func (o *Outlet) room() int { return max(0, o.options.Limit-int(o.offered-o.written)) }

func (o *Outlet) state() error {
	if o.err == nil && o.closed {
		return os.ErrClosed
	}
	return o.err
}

func (o *Outlet) take(p []byte) error {
	if err := o.state(); err != nil {
		return err
	}
	if len(p) == 0 {
		return nil
	}
	o.queue.put(p)
	o.offered += uint64(len(p))
	if o.options.Interval <= 0 {
		o.asked = o.offered
	}
	o.start()
	return nil
}

func (o *Outlet) flush() {
	end := o.end()
	o.asked = max(o.asked, end)
	o.start()
	for o.err == nil && (o.written < end || o.begun()) {
		o.moved.Wait()
	}
}

// begun reports whether a mark of what Flush waits for is not done with.
func (o *Outlet) begun() bool { return o.options.Marked && o.running }
