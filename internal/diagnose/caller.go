package diagnose

import (
	"bytes"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/event"
)

// caller is the process whose exec failed: what it sees, and what it may do.
type caller struct {
	d     *Diagnoser
	e     *event.ExecFailed
	errno unix.Errno

	root, cwd, start int // open directories, or -1; start is the descriptor that was passed
	// met tells that something was read of a process with this id.
	met bool
	// unsure tells that it cannot be judged whether the caller has a permission that it needs.
	unsure bool
	who    *identity // filled in when it is asked for
}

func newCaller(d *Diagnoser, e *event.ExecFailed) *caller {
	return &caller{d: d, e: e, errno: unix.Errno(e.Errno), root: -1, cwd: -1, start: -1}
}

func (c *caller) close() {
	for _, fd := range [...]int{c.root, c.cwd, c.start} {
		if fd >= 0 && fd != c.d.root {
			release(fd)
		}
	}
}

// borrowed reports whether fd is not to be closed by who walks.
func (c *caller) borrowed(fd int) bool {
	return fd == c.root || fd == c.cwd || fd == c.start || fd == c.d.root
}

// own opens a file or directory that /proc has of the caller, or returns -1.
func (c *caller) own(name string) int {
	if !c.d.seesProcesses {
		return -1
	}
	fd, err := c.d.openProcess(c.e.PID, name, unix.O_PATH)
	if err != nil {
		return -1
	}
	c.met = true
	return fd
}

// rootDir returns the root directory of the caller.
func (c *caller) rootDir() (int, bool) {
	if c.root >= 0 {
		return c.root, true
	}
	if c.e.SharesRoot {
		c.root = c.d.root
	} else {
		c.root = c.own("root")
	}
	return c.root, c.root >= 0
}

// workDir returns the working directory of the caller.
func (c *caller) workDir() (int, bool) {
	if c.cwd >= 0 {
		return c.cwd, true
	}
	if c.cwd = c.own("cwd"); c.cwd >= 0 {
		return c.cwd, true
	}
	if c.e.DirectoryCut || c.e.DirectoryDeleted || len(c.e.Directory) == 0 || c.e.Directory[0] != '/' {
		return -1, false
	}
	fd, o := c.lookup(-1, c.e.Directory, false)
	if o != (obstacle{}) {
		return -1, false
	}
	c.cwd = fd
	return fd, true
}

// open opens what the caller wanted to execute.
func (c *caller) open() (int, obstacle) {
	name, noFollow := c.e.Filename, c.e.At && c.e.Flags&unix.AT_SYMLINK_NOFOLLOW != 0
	if len(name) > 0 && name[0] == '/' {
		return c.lookup(-1, name, noFollow)
	}
	from, ok := c.startDir()
	if !ok {
		return -1, blind
	}
	return c.lookup(from, name, noFollow)
}

// startDir returns what a relative path begins at. It is owned by c.
func (c *caller) startDir() (int, bool) {
	if !c.e.At || c.e.DirFD == unix.AT_FDCWD {
		return c.workDir()
	}
	if c.start < 0 {
		c.start = c.own("fd/" + strconv.Itoa(int(c.e.DirFD)))
	}
	return c.start, c.start >= 0
}

// interpreter opens a file that a script or program names as its interpreter.
func (c *caller) interpreter(path string) (int, obstacle) {
	from := -1
	if path == "" || path[0] != '/' {
		var ok bool
		if from, ok = c.workDir(); !ok {
			return -1, blind
		}
	}
	return c.lookup(from, []byte(path), false)
}

// closesOnExec reports whether the descriptor that was passed is closed by exec.
func (c *caller) closesOnExec() bool {
	if !c.e.At || c.e.DirFD == unix.AT_FDCWD || len(c.e.Filename) > 0 && c.e.Filename[0] == '/' || !c.d.seesProcesses {
		return false
	}
	text, err := c.d.readProcess(c.e.PID, "fdinfo/"+strconv.Itoa(int(c.e.DirFD)), 4<<10)
	if err != nil {
		return false
	}
	flags, err := strconv.ParseUint(string(field(text, "flags")), 8, 64)
	return err == nil && flags&unix.O_CLOEXEC != 0
}

// userTick is the unit of times in /proc/PID/stat: USER_HZ is 100 on every machine.
const userTick = 10 * time.Millisecond

// sameProcess reports that no other process has taken over the id of the
// caller. That takes longer than a whole search in PATH, so it is not asked for
// a file that is not there. One that is gone by now was the caller a moment ago.
func (c *caller) sameProcess() bool {
	if !c.met || c.e.Process == nil {
		return true
	}
	text, err := c.d.readProcess(c.e.PID, "stat", 4<<10)
	if err != nil {
		return true
	}
	// The name, in brackets, may hold anything; what follows has no brackets.
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	const startTime = 22 - 3 // numbered as in proc_pid_stat(5), where the first of these is 3
	if len(fields) <= startTime {
		return false
	}
	ticks, err := strconv.ParseUint(string(fields[startTime]), 10, 64)
	return err == nil && ticks == c.e.Process.Key.Start/uint64(userTick)
}
