package diagnose

import (
	"errors"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// fileID names a file on a mount.
type fileID struct {
	mount, inode uint64
	major, minor uint32
}

func idOf(s *unix.Statx_t) fileID { return fileID{s.Mnt_id, s.Ino, s.Dev_major, s.Dev_minor} }

// statMask is what is asked of statx(2). STATX_MNT_ID is of Linux 5.8.
const statMask = unix.STATX_TYPE | unix.STATX_MODE | unix.STATX_UID | unix.STATX_GID |
	unix.STATX_INO | unix.STATX_SIZE | unix.STATX_MNT_ID

// statAt fills d.stat. It and openAt make the system call themselves, since they are made
// for each failure and the functions of package unix allocate for the name, which ends with a NUL here.
func (d *Diagnoser) statAt(dir int, name *byte, flags int) unix.Errno {
	// What a network file system already knows is good enough.
	flags |= unix.AT_STATX_DONT_SYNC | unix.AT_NO_AUTOMOUNT
	for {
		_, _, errno := unix.Syscall6(unix.SYS_STATX, uintptr(dir), uintptr(unsafe.Pointer(name)), uintptr(flags),
			statMask, uintptr(unsafe.Pointer(&d.stat)), 0)
		if errno != unix.EINTR {
			return errno
		}
	}
}

// statFD fills d.stat from an open file.
func (d *Diagnoser) statFD(fd int) error {
	var empty byte
	if errno := d.statAt(fd, &empty, unix.AT_EMPTY_PATH); errno != 0 {
		return errno
	}
	return nil
}

// openAt opens a file for its place only (O_PATH): whatever it is, that does nothing to it.
func openAt(dir int, name *byte, flags int) (int, unix.Errno) {
	flags |= unix.O_PATH | unix.O_CLOEXEC
	for {
		fd, _, errno := unix.Syscall6(unix.SYS_OPENAT, uintptr(dir), uintptr(unsafe.Pointer(name)), uintptr(flags), 0, 0, 0)
		if errno == 0 {
			return int(fd), 0
		}
		if errno != unix.EINTR {
			return -1, errno
		}
	}
}

// release closes a file that nothing was written to, so there is no error to tell.
func release(fd int) { _ = unix.Close(fd) }

// appendProcess appends the path of what /proc has of a process, seen from there.
func appendProcess(dst []byte, pid uint32, name string) []byte {
	return append(append(strconv.AppendUint(dst, uint64(pid), 10), '/'), name...)
}

// openProcess opens what /proc has of a process.
func (d *Diagnoser) openProcess(pid uint32, name string, flags int) (int, error) {
	return ignoringEINTR(func() (int, error) {
		return unix.Openat(d.proc, string(appendProcess(nil, pid, name)), flags|unix.O_CLOEXEC, 0)
	})
}

// readProcess reads a file of a process, as far as it has limit bytes.
func (d *Diagnoser) readProcess(pid uint32, name string, limit int) ([]byte, error) {
	fd, err := d.openProcess(pid, name, unix.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer release(fd)
	text := make([]byte, limit)
	n := 0
	for n < limit {
		// Not a read at an offset: procfs then formats all that stands before again.
		m, err := ignoringEINTR(func() (int, error) { return unix.Read(fd, text[n:]) })
		if err != nil {
			return nil, err
		}
		if m == 0 {
			break
		}
		n += m
	}
	return text[:n], nil
}

func ignoringEINTR(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
}

// magicPath returns a path that leads to an open file.
func (d *Diagnoser) magicPath(fd int) string { return d.procPath + "/self/fd/" + strconv.Itoa(fd) }
