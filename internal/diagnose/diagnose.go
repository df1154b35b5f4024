// Package diagnose finds out why an exec failed, where the error of the kernel
// has several causes: it looks at the file, its directories and its
// interpreters as the kernel did, with the eyes of the caller.
//
// That is a moment later, and the world may have changed. A cause is named only
// when what is seen explains the very error that the kernel gave.
//
// For callers of other users it needs two capabilities: CAP_SYS_PTRACE to enter
// /proc/PID/{root,cwd,fd}, and CAP_DAC_READ_SEARCH to pass directories and read
// files that are closed to others. With neither it sees what its own user
// sees, and tells nothing else.
//
// No file is opened but a regular one, to read headers of some kilobytes, so no
// pipe or device can hold it up. A file system that does not answer can.
package diagnose

import (
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/event"
)

// Diagnoser looks at the machine it runs on. It is not for concurrent use.
type Diagnoser struct {
	procPath string // such as /proc
	proc     int    // the same, opened
	root     int    // the root directory of this process

	userNS uint32 // of this process
	// seesProcesses tells that the ids of events are those of /proc.
	seesProcesses bool
	machine       machine

	name [unix.PathMax + 1]byte // scratch, ended by a NUL
	stat unix.Statx_t           // scratch
	walk walk                   // scratch
}

// initialPIDNamespace is the number that the kernel gives that namespace at
// build time (PROC_PID_INIT_INO): events have process ids as seen there.
const initialPIDNamespace = 0xeffffffc

// New returns a Diagnoser that finds callers in proc, where procfs is mounted.
// Close frees what it holds.
func New(proc string) (*Diagnoser, error) {
	d := &Diagnoser{procPath: proc, proc: -1, root: -1, machine: machineOf(runtime.GOARCH)}
	if err := d.open(); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *Diagnoser) open() (err error) {
	const flags = unix.O_PATH | unix.O_DIRECTORY | unix.O_CLOEXEC
	if d.proc, err = unix.Open(d.procPath, flags, 0); err != nil {
		return fmt.Errorf("open %s: %w", d.procPath, err)
	}
	if d.root, err = unix.Open("/", flags, 0); err != nil {
		return fmt.Errorf("open the root directory: %w", err)
	}
	var pidNS uint32
	for name, number := range map[string]*uint32{"user": &d.userNS, "pid": &pidNS} {
		var stat unix.Stat_t
		if err := unix.Fstatat(d.proc, "self/ns/"+name, &stat, 0); err != nil {
			return fmt.Errorf("look at the %s namespace in %s: %w", name, d.procPath, err)
		}
		*number = uint32(stat.Ino)
	}
	d.seesProcesses = pidNS == initialPIDNamespace
	return nil
}

// Close closes what New opened.
func (d *Diagnoser) Close() error {
	var errs []error
	for _, fd := range []*int{&d.proc, &d.root} {
		if *fd >= 0 {
			errs = append(errs, unix.Close(*fd))
		}
		*fd = -1
	}
	return errors.Join(errs...)
}

// Diagnose returns why e failed, and what of: see [event.ExecFailed]. The cause
// is [event.CauseUnknown] when nothing is seen that explains the error. It
// takes a few microseconds for a file that is not there, and some tens for the rest.
func (d *Diagnoser) Diagnose(e *event.ExecFailed) (cause event.FailureCause, detail string) {
	errno := unix.Errno(e.Errno)
	if cause, ok := told(errno); ok {
		return cause, ""
	}
	emptyPath := e.At && e.Flags&unix.AT_EMPTY_PATH != 0
	switch {
	case errno == unix.EINVAL && e.At && e.Flags&^execveatFlags != 0:
		return event.CauseBadFlags, ""
	case !explained(errno), e.FilenameUnreadable, len(e.Filename) == 0 && (e.TextCut || e.Degraded.Has(event.PartPaths)):
		return event.CauseUnknown, ""
	case len(e.Filename) == 0 && !emptyPath:
		if errno == unix.ENOENT {
			return event.CauseEmptyName, ""
		}
		return event.CauseUnknown, ""
	case errno == unix.ENOENT && d.plainlyMissing(e):
		return event.CauseNoFile, ""
	}
	c := newCaller(d, e)
	defer c.close()
	f := c.examine()
	// Last, since it tells whether all that was seen was of the same process.
	if f.cause == event.CauseUnknown || !f.plain() && !c.sameProcess() {
		return event.CauseUnknown, ""
	}
	return f.cause, f.detail
}

// execveatFlags are the flags of execveat(2). 0x10000 is AT_EXECVE_CHECK, of Linux 6.14.
const execveatFlags = unix.AT_EMPTY_PATH | unix.AT_SYMLINK_NOFOLLOW | 0x10000

// told returns the cause of an error that has only one.
func told(errno unix.Errno) (event.FailureCause, bool) {
	switch errno {
	case unix.E2BIG:
		return event.CauseArgumentsTooLong, true
	case unix.ETXTBSY:
		return event.CauseTextBusy, true
	case unix.ENAMETOOLONG:
		return event.CauseNameTooLong, true
	case unix.EAGAIN:
		return event.CauseProcessLimit, true
	case unix.EFAULT:
		return event.CauseBadAddress, true
	case unix.EBADF:
		return event.CauseBadDescriptor, true
	case unix.ENOMEM:
		return event.CauseNoMemory, true
	}
	return event.CauseUnknown, false
}

// explained reports whether the file can tell the cause of an error.
func explained(errno unix.Errno) bool {
	switch errno {
	case unix.ENOENT, unix.EACCES, unix.EPERM, unix.ENOEXEC, unix.ELOOP, unix.ENOTDIR,
		unix.EISDIR, unix.ELIBBAD, unix.EINVAL, unix.EIO:
		return true
	}
	return false
}
