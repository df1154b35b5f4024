package diagnose

import (
	"bytes"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/event"
)

// plainlyMissing reports whether e names a file that its directory does not
// have. It answers for most failures there are, those of a search through PATH,
// with three system calls; false means that a closer look is needed.
func (d *Diagnoser) plainlyMissing(e *event.ExecFailed) bool {
	name := e.Filename
	if e.MountNS != d.mountNS || len(name) == 0 || name[0] != '/' || len(name) >= len(d.name) ||
		// There may be links that lead elsewhere for each process: /proc/self, /dev/fd.
		bytes.HasPrefix(name, []byte("/proc/")) || bytes.HasPrefix(name, []byte("/dev/")) {
		return false
	}
	n := copy(d.name[:], name)
	d.name[n] = 0
	// Without following a link: one that leads nowhere is another cause.
	if d.statAt(unix.AT_FDCWD, &d.name[0], unix.AT_SYMLINK_NOFOLLOW) != unix.ENOENT {
		return false
	}
	slash := bytes.LastIndexByte(name, '/')
	d.name[slash+1] = 0 // keeps the slash, so that it must be a directory
	if d.statAt(unix.AT_FDCWD, &d.name[0], 0) != 0 || slash == len(name)-1 {
		return false
	}
	return d.sharesRoot(e.PID)
}

// sharesRoot reports whether the root directory of a process is that of this
// one. That of a process which cannot be looked at is taken to be.
func (d *Diagnoser) sharesRoot(pid uint32) bool {
	if !d.seesProcesses {
		return true
	}
	appendProcess(d.name[:0], pid, "root\x00")
	switch d.statAt(d.proc, &d.name[0], 0) {
	case 0:
		return idOf(&d.stat) == d.rootID
	case unix.ENOENT, unix.ESRCH, unix.EACCES, unix.EPERM:
		return true
	}
	return false
}
