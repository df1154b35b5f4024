package outlet

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// Mark is told when what was offered before it, since the mark before, is
// written. Its methods are called from another goroutine and must not call the outlet. An
// error of theirs is final.
type Mark interface {
	// Begin is called right before the first byte is written.
	Begin(at Place) error
	// Done is called right after the last byte was written.
	Done() error
}

// Place tells where in an output bytes will stand.
type Place struct {
	// File, Device, Inode and Offset are zero unless the output is a regular file. File is the
	// path that it had when the outlet was made.
	File          string
	Device, Inode uint64
	Offset        int64
	Length        int64 // in bytes, as of each output
}

// mark is a Mark and where in the stream it stands.
type mark struct {
	at uint64
	Mark
}

// Mark says that all that was offered since the mark before belongs together. Where
// several marks wait, what they are about may be written at once: then Begin and Done are
// called of the last one only, for all of it. It is for an outlet with the option Marked.
func (o *Outlet) Mark(m Mark) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.state() != nil {
		return
	}
	o.marks = append(o.marks, mark{o.offered, m})
	if o.options.Interval <= 0 {
		o.asked = o.offered
	}
	o.start()
}

// MarkEnd is like Mark, for all that will have been offered when the outlet is closed.
func (o *Outlet) MarkEnd(m Mark) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last = m
}

// file is what is known of an output that is a file; conn is nil for another.
type file struct {
	conn          syscall.RawConn
	regular       bool
	path          string
	device, inode uint64
}

func fileOf(out io.Writer) file {
	f, ok := out.(*os.File)
	if !ok {
		return file{}
	}
	conn, err := f.SyscallConn()
	if err != nil {
		return file{}
	}
	found := file{conn: conn}
	// What cannot be found out is left zero: then it is treated as no regular file.
	_ = conn.Control(func(fd uintptr) {
		var stat unix.Stat_t
		if unix.Fstat(int(fd), &stat) != nil || stat.Mode&unix.S_IFMT != unix.S_IFREG {
			return
		}
		path, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(int(fd)))
		if err != nil {
			return
		}
		found.regular, found.path, found.device, found.inode = true, path, stat.Dev, stat.Ino
	})
	return found
}

// place returns where the next length bytes will stand.
func (f *file) place(length int64) (Place, error) {
	p := Place{Length: length}
	if !f.regular {
		return p, nil
	}
	p.File, p.Device, p.Inode = f.path, f.device, f.inode
	var failure error
	err := f.conn.Control(func(fd uintptr) { p.Offset, failure = offset(int(fd)) })
	if err == nil {
		err = failure
	}
	if err != nil {
		return p, fmt.Errorf("find the place in %s: %w", f.path, err)
	}
	return p, nil
}

// offset returns where the next write goes.
func offset(fd int) (int64, error) {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	if err != nil {
		return 0, err
	}
	if flags&unix.O_APPEND == 0 {
		return unix.Seek(fd, 0, unix.SEEK_CUR)
	}
	var stat unix.Stat_t
	err = unix.Fstat(fd, &stat)
	return stat.Size, err
}
