package probe

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// ErrPinInUse is the error of a pinned session that another process uses.
var ErrPinInUse = errors.New("the session is in use")

// ErrNoPin is the error of a name that no pinned session has.
var ErrNoPin = errors.New("no such session")

// PinInfo is what is known of a pinned session.
type PinInfo struct {
	Name       string
	Version    string // of exectrail that began it; empty if that cannot be read
	Layout     int    // of its records
	Began      uint64 // CLOCK_BOOTTIME, ns
	Reader     uint32 // id of the process that reads it, as that process knows it; 0 if none does
	InUse      bool
	BufferSize int   // bytes
	Err        error // why a session cannot be gone on with
}

// errUnfinished is the error of a session that was being pinned or removed when that was interrupted.
var errUnfinished = errors.New("it is incomplete")

// Pins returns the pinned sessions, by their names.
func Pins() ([]PinInfo, error) {
	entries, err := os.ReadDir(pinRoot)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the pinned sessions: %w", err)
	}
	var list []PinInfo
	for _, e := range entries {
		name, incomplete := strings.CutPrefix(e.Name(), unfinished)
		if CheckPinName(name) != nil {
			continue
		}
		path := filepath.Join(pinRoot, e.Name())
		content, err := peekPage(path)
		if incomplete {
			err = errUnfinished
		}
		info := PinInfo{
			Name: name, Version: content.version, Layout: int(content.layout), Began: content.began, InUse: isLocked(path),
			BufferSize: content.settings.BufferSize, Err: err,
		}
		if info.InUse {
			info.Reader = content.reader
		}
		list = append(list, info)
	}
	return list, nil
}

// peekPage reads the description of the session in a directory.
func peekPage(path string) (p page, err error) {
	m, err := ebpf.LoadPinnedMap(filepath.Join(path, pagePin), nil)
	if err != nil {
		return page{}, errForeign
	}
	defer m.Close()
	mem, err := mapMemory(m)
	if err != nil {
		return page{}, err
	}
	defer func() { err = errors.Join(err, unix.Munmap(mem)) }()
	return readPage(mem)
}

func isLocked(path string) bool {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	return errors.Is(unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB), unix.EWOULDBLOCK)
}

// Unpin ends a pinned session, and removes it from the kernel. Its error is [ErrNoPin], [ErrPinInUse] or that of
// the file system.
func Unpin(name string) error {
	if err := CheckPinName(name); err != nil {
		return err
	}
	// One that is complete is first made one that is not: no other start then finds it while it is being removed.
	found, err := withLocked(name, name, func(d *pinDirectory) error {
		if err := setAside(d, name); err != nil {
			return err
		}
		return d.remove()
	})
	if err != nil {
		return err
	}
	rest, err := withLocked(name, unfinished+name, (*pinDirectory).remove)
	if err == nil && !found && !rest {
		err = noPin(name)
	}
	// The last one takes the directory of all with it.
	_ = unix.Rmdir(pinRoot)
	return err
}

// withLocked calls f with a directory of the session name, and reports whether there is such a directory.
func withLocked(name, directory string, f func(*pinDirectory) error) (found bool, err error) {
	d, err := lockDirectory(filepath.Join(pinRoot, directory))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, inUse(name, err)
	}
	if err = errors.Join(f(d), d.close()); err != nil {
		return true, fmt.Errorf("remove session %s: %w", name, err)
	}
	return true, nil
}

// setAside gives a session the name of one that is not complete, in the place of one that may be there.
func setAside(d *pinDirectory, name string) error {
	if _, err := withLocked(name, unfinished+name, (*pinDirectory).remove); err != nil {
		return err
	}
	return d.rename(unfinished + name)
}

func noPin(name string) error {
	hint := "no session is pinned"
	if pins, err := Pins(); err == nil && len(pins) > 0 {
		var names []string
		for _, p := range pins {
			names = append(names, p.Name)
		}
		hint = "pinned are: " + strings.Join(names, ", ")
	}
	return &advised{cause: ErrNoPin, reason: fmt.Sprintf("no session is pinned as %s", name), hint: hint}
}
