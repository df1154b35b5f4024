package outlet

import (
	"errors"
	"io"
	"time"

	"golang.org/x/sys/unix"
)

const (
	firstPause = 10 * time.Millisecond
	// longestPause is the longest time between two attempts to write to a full disk.
	longestPause = time.Second
	// closePatience is for how long Close waits for room on a disk.
	closePatience = 5 * time.Second
)

// end returns up to where may be written. The caller holds the lock, as for all that follows unless it says otherwise.
func (o *Outlet) end() uint64 {
	if !o.options.Marked {
		return o.offered
	}
	if n := len(o.marks); n > 0 {
		return o.marks[n-1].at
	}
	return o.written
}

// due reports whether something is to be written now.
func (o *Outlet) due() bool {
	end, much := o.end(), uint64(batchSize)
	if o.running {
		much = chunkSize
	}
	switch {
	case o.err != nil:
		return false
	case end <= o.written:
		return len(o.marks) > 0 // of nothing, which costs nothing
	}
	return o.asked > o.written || end-o.written >= much
}

// start lets what is due be written, or begins to wait until it is.
func (o *Outlet) start() {
	switch {
	case o.running:
	case o.due():
		o.running, o.moving = true, time.Now()
		go func() {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.run()
		}()
	case !o.armed && !o.closed && o.err == nil && o.end() > o.written:
		o.armed = true
		if o.timer == nil {
			o.timer = time.AfterFunc(o.options.Interval, o.expire)
		} else {
			o.timer.Reset(o.options.Interval)
		}
	}
}

// expire is the timer's call, without the lock.
func (o *Outlet) expire() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.armed = false
	o.asked = o.offered
	if !o.running {
		o.running, o.moving = true, time.Now()
		o.run()
	}
	o.moved.Broadcast()
}

// run writes what is due.
func (o *Outlet) run() {
	for o.due() {
		if err := o.writeDue(); err != nil {
			o.err = err
			o.queue.drop()
			o.marks = nil
		}
	}
	o.running = false
	o.queue.rest()
	o.start()
	o.moved.Broadcast()
}

// writeDue writes a chunk or, up to a mark, all.
func (o *Outlet) writeDue() error {
	if !o.options.Marked {
		return o.write(len(o.queue.front()))
	}
	m := o.marks[len(o.marks)-1]
	o.marks = o.marks[:0]
	length := int(m.at - o.written)
	err := o.unlocked(func() error {
		place, err := o.file.place(int64(length))
		if err != nil {
			return err
		}
		return m.Begin(place)
	})
	if err != nil {
		return err
	}
	for length > 0 {
		n := min(length, len(o.queue.front()))
		if err := o.write(n); err != nil {
			return err
		}
		length -= n
	}
	return o.unlocked(m.Done)
}

// unlocked calls f without the lock.
func (o *Outlet) unlocked(f func() error) error {
	o.mu.Unlock()
	defer o.mu.Lock()
	return f()
}

// write writes the first bytes of the queue's first chunk.
func (o *Outlet) write(length int) error {
	pause := firstPause
	for length > 0 {
		// A long line goes in pieces, each of which shows that the output moves.
		p := o.queue.front()[:min(length, chunkSize)]
		var n int
		err := o.unlocked(func() (err error) {
			n, err = o.out.Write(p)
			return err
		})
		if n > 0 {
			o.moving = time.Now()
			o.queue.advance(n)
			o.written += uint64(n)
			length -= n
			o.moved.Broadcast()
		}
		switch {
		case err == nil && n < len(p):
			return io.ErrShortWrite
		case err == nil:
		case errors.Is(err, unix.EAGAIN):
			_ = o.unlocked(o.file.awaitWritable)
		case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EDQUOT):
			if o.closed && time.Since(o.closedAt) >= closePatience {
				return err
			}
			if n > 0 {
				pause = firstPause
			}
			o.pause(&pause, err)
		default:
			return err
		}
	}
	if o.full {
		o.full = false
		o.tellDisk(nil)
	}
	return nil
}

// pause waits until it is time to try again, and tells when it is the first time.
func (o *Outlet) pause(d *time.Duration, err error) {
	if !o.full {
		o.full = true
		o.tellDisk(err)
	}
	_ = o.unlocked(func() error {
		time.Sleep(*d)
		return nil
	})
	*d = min(2**d, longestPause)
}

func (o *Outlet) tellDisk(err error) {
	if o.options.DiskFull == nil {
		return
	}
	_ = o.unlocked(func() error {
		o.options.DiskFull(err)
		return nil
	})
}

// awaitWritable waits until an output that would block has room, or a while. The caller does not hold the lock.
func (f *file) awaitWritable() error {
	if f.conn == nil {
		time.Sleep(firstPause)
		return nil
	}
	return f.conn.Control(func(fd uintptr) {
		// Whatever comes of it, the next write tells.
		_, _ = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}, int(longestPause/time.Millisecond))
	})
}
