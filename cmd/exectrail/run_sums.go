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
	sum allow.Sum
	err error
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
)

// sum is an [allow.Summer].
func (s *sums) sum(path string) (allow.Sum, error) {
	if of, ok := s.paths[path]; ok {
		return of.sum, of.err
	}
	return allow.Sum{}, errNotExecuted
}

// see reads the files that an exec just executed, of those whose paths are wanted.
func (s *sums) see(e *event.Exec, wanted func(path string) bool) {
	proc, root := "", ""
	if s.proc {
		proc = fmt.Sprintf("/proc/%d", e.PID)
		root = proc + "/root"
	}
	if exe := string(e.Executable); wanted(exe) {
		s.put(exe, func() (*os.File, error) {
			// The link is the file itself, whatever has become of its name. But it is that of a later exec if there was one.
			if now, err := os.Readlink(proc + "/exe"); proc != "" && err == nil && (now == exe || now == exe+" (deleted)") {
				if f, err := os.Open(proc + "/exe"); err == nil {
					return f, nil
				}
			}
			return openUnchanged(root, exe, e.Time)
		})
	}
	if len(e.Interpreter) == 0 {
		return
	}
	script := string(e.Filename)
	if !filepath.IsAbs(script) {
		script = filepath.Join(string(e.Directory), script)
	}
	if script = filepath.Clean(script); wanted(script) {
		s.put(script, func() (*os.File, error) { return openUnchanged(root, script, e.Time) })
	}
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
	var of sumOf
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

// openUnchanged opens a file by its path below the root directory of a process, or below that of this one when the process is gone. It
// must be the one that was executed then: a file that is changed, or put into the place of another, has a later ctime.
func openUnchanged(root, path string, executed time.Time) (*os.File, error) {
	const flags = os.O_RDONLY | unix.O_NONBLOCK // a pipe that is in its place now must not hold up anything
	f, err := os.OpenFile(root+path, flags, 0)
	if err != nil {
		f, err = os.OpenFile(path, flags, 0)
	}
	if err != nil {
		return nil, errGone
	}
	state, err := stateOf(f)
	if err != nil || !time.Unix(state.changed.Unix()).Before(executed.Add(-clockGrain)) {
		f.Close()
		return nil, errGone
	}
	return f, nil
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
