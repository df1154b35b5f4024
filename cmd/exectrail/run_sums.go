package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/filter/term"
	"github.com/exectrail/exectrail/internal/lives/allow"
)

// sums knows the SHA-256 of files that were executed, by their paths.
type sums struct {
	paths map[string]sumOf
	files map[fileState]sumOf // those that were read
	// proc tells that the process ids of events are those of /proc here.
	proc bool
}

type sumOf struct {
	sum     allow.Sum
	changed time.Time // the file, the last time
	err     error
}

// fileState names the content of a file: what changes it changes the ctime, too.
type fileState struct {
	device, inode uint64
	changed       unix.Timespec
}

func newSums() *sums {
	namespace, err := os.Stat("/proc/self/ns/pid")
	initial := false
	if err == nil {
		status, ok := namespace.Sys().(*syscall.Stat_t)
		initial = ok && status.Ino == term.HostPIDNamespace
	}
	return &sums{map[string]sumOf{}, map[fileState]sumOf{}, initial}
}

var (
	errGone        = errors.New("it was gone, or another file, before it could be read")
	errSeveral     = errors.New("several files were executed by that path")
	errNotExecuted = errors.New("its exec was not recorded")
	errMade        = errors.New("it was made during the run")
)

// sum is an [allow.Summer].
func (s *sums) sum(path string) (allow.Sum, error) {
	if of, ok := s.paths[path]; ok {
		return of.sum, of.err
	}
	return allow.Sum{}, errNotExecuted
}

// before is an [allow.Summer] that knows nothing of files which were made or changed from a time on. A list that is learned from a build
// tells nothing about what is in them: they change with the source, and can be gone before they are read.
func (s *sums) before(begin time.Time) allow.Summer {
	return func(path string) (allow.Sum, error) {
		if of, ok := s.paths[path]; ok && of.err == nil && !of.changed.Before(begin.Add(-clockGrain)) {
			return allow.Sum{}, errMade
		}
		return s.sum(path)
	}
}

// see reads the files that an exec just executed, of those whose paths are wanted.
func (s *sums) see(e *event.Exec, wanted func(path string) bool) {
	if exe := string(e.Executable); wanted(exe) {
		s.put(exe, func() (*os.File, error) { return s.openExecuted(e) })
	}
	if len(e.Interpreter) == 0 {
		return
	}
	script := string(e.Filename)
	if !filepath.IsAbs(script) {
		script = filepath.Join(string(e.Directory), script)
	}
	if script = filepath.Clean(script); wanted(script) {
		s.put(script, func() (*os.File, error) { return s.openScript(e, script) })
	}
}

// openExecuted opens the file that runs.
func (s *sums) openExecuted(e *event.Exec) (*os.File, error) {
	if s.proc {
		// The link is the file itself, whatever has become of its name. But it is that of a later exec if there was one.
		f, err := openIf(fmt.Sprintf("/proc/%d/exe", e.PID), func(state fileState) bool { return state.is(&e.File) })
		if err == nil {
			return f, nil
		}
	}
	for _, root := range s.roots(e) {
		if f, err := openUnchanged(root, e); err == nil {
			return f, nil
		}
	}
	return nil, errGone
}

// openScript opens the script of an exec. What tells that it is the one below a root directory is that the interpreter is.
func (s *sums) openScript(e *event.Exec, script string) (*os.File, error) {
	for _, root := range s.roots(e) {
		interpreter, err := openUnchanged(root, e)
		if err != nil {
			continue
		}
		interpreter.Close()
		return openIf(root+script, func(state fileState) bool { return state.before(e.Time) })
	}
	return nil, errGone
}

// roots returns the root directories below which the paths of an exec may be: that of the process, and for when it is gone that of this one.
func (s *sums) roots(e *event.Exec) []string {
	if s.proc {
		return []string{fmt.Sprintf("/proc/%d/root", e.PID), ""}
	}
	return []string{""}
}

// put reads a file, unless it was read before.
func (s *sums) put(path string, open func() (*os.File, error)) {
	of := s.read(open)
	before, known := s.paths[path]
	switch {
	case known && before.err != nil:
		return
	case known && of.err == nil && before.sum != of.sum:
		of.err = errSeveral
	}
	s.paths[path] = of
}

func (s *sums) read(open func() (*os.File, error)) sumOf {
	f, err := open()
	if err != nil {
		return sumOf{err: err}
	}
	defer f.Close()
	state, err := stateOf(f)
	if err != nil {
		return sumOf{err: err}
	}
	if of, ok := s.files[state]; ok {
		return of
	}
	of := sumOf{changed: time.Unix(state.changed.Unix())}
	hash := sha256.New()
	if _, of.err = io.Copy(hash, f); of.err == nil {
		hash.Sum(of.sum[:0])
		var after fileState
		if after, of.err = stateOf(f); of.err == nil && after != state {
			of.err = errGone
		}
	}
	s.files[state] = of
	return of
}

// clockGrain is how late the time of a change can be told: file systems take the clock of the last tick (Linux, ktime_get_coarse_real_ts64).
const clockGrain = 10 * time.Millisecond

// openUnchanged opens the file that an exec ran by its path below a root directory, unless it is another one there, or was changed.
func openUnchanged(root string, e *event.Exec) (*os.File, error) {
	return openIf(root+string(e.Executable), func(state fileState) bool {
		return state.is(&e.File) && uint64(state.changed.Nano()) == e.File.Changed && state.before(e.Time)
	})
}

// openIf opens a file that is in a state that will do.
func openIf(path string, will func(fileState) bool) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK, 0) // a pipe that is in its place now must not hold up anything
	if err != nil {
		return nil, errGone
	}
	if state, err := stateOf(f); err != nil || !will(state) {
		f.Close()
		return nil, errGone
	}
	return f, nil
}

// is reports whether it is the file that ran. Where a file system tells programs of other devices than the kernel has, such as btrfs
// and overlayfs, the time of the last change has to do.
func (s fileState) is(ran *event.File) bool {
	if s.device == unix.Mkdev(ran.DeviceMajor, ran.DeviceMinor) {
		return s.inode == ran.Inode
	}
	return uint64(s.changed.Nano()) == ran.Changed
}

// before reports whether it was last changed before a time.
func (s fileState) before(t time.Time) bool {
	return time.Unix(s.changed.Unix()).Before(t.Add(-clockGrain))
}

func stateOf(f *os.File) (fileState, error) {
	var stat unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &stat); err != nil {
		return fileState{}, err
	}
	if stat.Mode&unix.S_IFMT != unix.S_IFREG {
		return fileState{}, errGone // a pipe would not end
	}
	return fileState{stat.Dev, stat.Ino, stat.Ctim}, nil
}
