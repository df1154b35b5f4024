package diagnose

import (
	"errors"
	"io"

	"golang.org/x/sys/unix"
)

// regular is an open regular file.
type regular int

// openRegular opens for reading what is open for its place, and is a regular
// file. It needs a permission to read that the caller may not have.
func (d *Diagnoser) openRegular(fd int) (regular, error) {
	file, err := ignoringEINTR(func() (int, error) {
		return unix.Open(d.magicPath(fd), unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	})
	return regular(file), err
}

// ReadAt is that of [io.ReaderAt].
func (f regular) ReadAt(b []byte, offset int64) (int, error) {
	read := 0
	for read < len(b) {
		n, err := unix.Pread(int(f), b[read:], offset+int64(read))
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return read, err
		case n == 0:
			return read, io.EOF
		}
		read += n
	}
	return read, nil
}
