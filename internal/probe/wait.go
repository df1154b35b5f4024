package probe

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// waiter waits for what the reader has to attend to.
type waiter struct {
	epoll int
	woken *os.File // an eventfd
	clock int      // a timerfd
}

// What a waiter may find. Records are not among them: the reader looks at the rings itself.
const (
	foundRecords = iota
	foundWoken
	foundClock
)

// newWaiter returns a waiter for records in the rings, which are given by their descriptors, for calls
// of wake, and for steps of the wall clock.
func newWaiter(rings ...int) (_ *waiter, err error) {
	w := &waiter{epoll: -1, clock: -1}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	if w.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, fmt.Errorf("create an epoll instance: %w", err)
	}
	eventfd, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("create an eventfd: %w", err)
	}
	w.woken = os.NewFile(uintptr(eventfd), "eventfd")
	if w.clock, err = watchClock(); err != nil {
		return nil, fmt.Errorf("watch the wall clock: %w", err)
	}
	// By edges: a ring is readable as long as room in it was not given back.
	found := map[int32]int{int32(eventfd): foundWoken, int32(w.clock): foundClock}
	for _, fd := range rings {
		found[int32(fd)] = foundRecords
	}
	for fd, what := range found {
		event := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLET, Fd: int32(what)}
		if err = unix.EpollCtl(w.epoll, unix.EPOLL_CTL_ADD, int(fd), &event); err != nil {
			return nil, fmt.Errorf("wait for %d: %w", fd, err)
		}
	}
	return w, nil
}

// watchClock returns a timer that expires when the wall clock is set (TFD_TIMER_CANCEL_ON_SET), and not before.
func watchClock() (int, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_REALTIME, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK)
	if err != nil {
		return -1, err
	}
	never := unix.ItimerSpec{Value: unix.NsecToTimespec(1<<63 - 1)}
	if err := unix.TimerfdSettime(fd, unix.TFD_TIMER_ABSTIME|unix.TFD_TIMER_CANCEL_ON_SET, &never, nil); err != nil {
		return -1, errors.Join(err, unix.Close(fd))
	}
	return fd, nil
}

// wait waits until there is something to attend to, or until a time, and returns what there is: nil for records and for
// nothing, [ErrWoken] or [ErrClockSet].
func (w *waiter) wait(until time.Time) error {
	var events [4]unix.EpollEvent
	left := func() int { return int(max(0, time.Until(until).Milliseconds())) }
	n, err := unix.EpollWait(w.epoll, events[:], left())
	for errors.Is(err, unix.EINTR) {
		n, err = unix.EpollWait(w.epoll, events[:], left())
	}
	if err != nil {
		return fmt.Errorf("wait for records: %w", err)
	}
	var found error
	for _, e := range events[:n] {
		switch e.Fd {
		case foundWoken:
			found = ErrWoken
		case foundClock:
			if w.clockWasSet() && found == nil {
				found = ErrClockSet
			}
		}
	}
	return found
}

// clockWasSet reports whether the wall clock was set since it was last asked.
func (w *waiter) clockWasSet() bool {
	var expirations [8]byte
	_, err := unix.Read(w.clock, expirations[:])
	return errors.Is(err, unix.ECANCELED)
}

// wake makes the wait under way return, or the next one. It may be called at any time.
func (w *waiter) wake() error {
	_, err := w.woken.Write([]byte{1, 0, 0, 0, 0, 0, 0, 0})
	return err
}

func (w *waiter) close() error {
	var errs []error
	if w.woken != nil {
		if err := w.woken.Close(); !errors.Is(err, os.ErrClosed) {
			errs = append(errs, err)
		}
	}
	for _, fd := range []int{w.epoll, w.clock} {
		if fd >= 0 {
			errs = append(errs, unix.Close(fd))
		}
	}
	w.epoll, w.clock = -1, -1
	return errors.Join(errs...)
}
