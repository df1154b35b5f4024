package probe

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/exectrail/exectrail/internal/machine"
	"github.com/exectrail/exectrail/internal/pindir"
)

// ErrPinName is the error of a name that a pinned session cannot have.
var ErrPinName = errors.New("the name of a pinned session has 1 to 64 letters, digits, - and _")

// CheckPinName returns [ErrPinName] for a name that a pinned session cannot have: dots are not
// possible in a bpf file system.
func CheckPinName(name string) error {
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`).MatchString(name) {
		return ErrPinName
	}
	return nil
}

// preparePinRoot makes the directory of all pinned sessions. It mounts the bpf file system where there is none, and reports so.
func preparePinRoot() (mounted bool, err error) {
	if mounted, err = pindir.Mount(); err != nil {
		return false, &machine.HintedError{
			Reason: fmt.Sprintf("cannot pin: there is no bpf file system at %s, and mounting it fails: %v", pindir.BPFFS, err),
			Next:   "mount -t bpf bpf " + pindir.BPFFS,
		}
	}
	if err := os.Mkdir(pindir.Sessions, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return mounted, fmt.Errorf("make the directory of pinned sessions: %w", err)
	}
	private, err := pindir.IsPrivate(pindir.Sessions)
	if err == nil && !private {
		err = &machine.HintedError{
			Reason: fmt.Sprintf("cannot pin: %s is not a directory that only this user can write to", pindir.Sessions),
			Next:   "see who made it: ls -ld " + pindir.Sessions,
		}
	}
	return mounted, err
}

// makeDirectory makes a directory for the session name, which does not have that name yet, and locks it. What
// is left of one that was not finished is removed.
func makeDirectory(name string) (*pindir.Directory, error) {
	path := filepath.Join(pindir.Sessions, pindir.Unfinished+name)
	err := os.Mkdir(path, 0o700)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make the directory of the session: %w", err)
	}
	d, err := pindir.Lock(path)
	if err != nil {
		return nil, err
	}
	if err := d.Empty(); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}
