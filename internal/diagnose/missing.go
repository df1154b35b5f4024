package diagnose

import (
	"bytes"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/event"
)

// plainlyMissing reports whether e names a file that its directory does not
// have. It answers for most failures there are, those of a search through PATH,
// with two system calls; false means that a closer look is needed.
func (d *Diagnoser) plainlyMissing(e *event.ExecFailed) bool {
	name := e.Filename
	if !e.SharesRoot || len(name) == 0 || name[0] != '/' || len(name) >= len(d.name) ||
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
	return d.statAt(unix.AT_FDCWD, &d.name[0], 0) == 0 && slash != len(name)-1
}
