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

	"github.com/exectrail/exectrail/internal/pindir"
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
	entries, err := os.ReadDir(pindir.Sessions)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the pinned sessions: %w", err)
	}
	var list []PinInfo
	for _, e := range entries {
		name, incomplete := strings.CutPrefix(e.Name(), pindir.Unfinished)
		if CheckPinName(name) != nil {
			continue
		}
		path := filepath.Join(pindir.Sessions, e.Name())
		content, err := peekPage(path)
		if incomplete {
			err = errUnfinished
		}
		info := PinInfo{
			Name: name, Version: content.version, Layout: int(content.layout), Began: content.began, InUse: pindir.Locked(path),
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

// Unpin ends a pinned session, and removes it from the kernel. Its error is [ErrNoPin], [ErrPinInUse] or that of
// the file system.
func Unpin(name string) error {
	if err := CheckPinName(name); err != nil {
		return err
	}
	switch err := pindir.RemoveSession(pindir.Sessions, name); {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return noPin(name)
	case errors.Is(err, pindir.ErrLocked):
		return inUse(name, err)
	default:
		return fmt.Errorf("remove session %s: %w", name, err)
	}
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
