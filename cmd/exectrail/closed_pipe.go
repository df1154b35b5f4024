package main

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// onClosedPipe calls gone when w is a pipe and its last reader closes it: a
// quiet machine may give nothing to write for long, and "exectrail | head -3"
// should end with head. It watches until the process ends.
func onClosedPipe(w io.Writer, gone func()) {
	f, ok := w.(*os.File)
	if !ok {
		return
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return
	}
	go func() {
		// No events are asked for: the kernel reports POLLERR anyway.
		fds := []unix.PollFd{{Fd: int32(f.Fd())}}
		for {
			_, err := unix.Poll(fds, -1)
			if errors.Is(err, unix.EINTR) {
				continue
			}
			if err == nil && fds[0].Revents&unix.POLLERR != 0 {
				gone()
			}
			return
		}
	}()
}
