package probe

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"golang.org/x/sys/unix"
)

const (
	bpffsPath = "/sys/fs/bpf"
	// pinRoot has a directory for each pinned session.
	pinRoot = bpffsPath + "/exectrail"
	// unfinished is before the name of a session that is being pinned or removed. No name of a session has it in it.
	unfinished = "+"
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
	if mounted, err = mountBPFFS(); err != nil {
		return false, err
	}
	// Where others may write, they could put pins of theirs in the place of ours.
	if err := os.Mkdir(pinRoot, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return mounted, fmt.Errorf("make the directory of pinned sessions: %w", err)
	}
	return mounted, checkPrivate(pinRoot)
}

func mountBPFFS() (mounted bool, err error) {
	if isBPFFS() {
		return false, nil
	}
	if err := unix.Mount("bpf", bpffsPath, "bpf", 0, "mode=0700"); err != nil {
		return false, &problem{
			reason: fmt.Sprintf("cannot pin: there is no bpf file system at %s, and mounting it fails: %v", bpffsPath, err),
			hint:   "mount -t bpf bpf " + bpffsPath,
		}
	}
	return true, nil
}

func isBPFFS() bool {
	var stat unix.Statfs_t
	return unix.Statfs(bpffsPath, &stat) == nil && stat.Type == unix.BPF_FS_MAGIC
}

// checkPrivate refuses a directory that others may write to or that is not ours.
func checkPrivate(path string) error {
	var stat unix.Stat_t
	if err := unix.Lstat(path, &stat); err != nil {
		return fmt.Errorf("look at %s: %w", path, err)
	}
	if stat.Mode&unix.S_IFMT != unix.S_IFDIR || int(stat.Uid) != os.Geteuid() || stat.Mode&0o022 != 0 {
		return &problem{
			reason: fmt.Sprintf("cannot pin: %s is not a directory that only this user can write to", path),
			hint:   "see who made it: ls -ld " + path,
		}
	}
	return nil
}

// lockPatience is for how long a lock is waited for that somebody may hold only to look.
const lockPatience = 200 * time.Millisecond

// errLocked is the error of a directory whose session is in use.
var errLocked = errors.New("it is in use")

// A pinDirectory is that of a session, locked as long as it is open: the lock goes with the process.
type pinDirectory struct {
	file *os.File
	path string
}

// lockDirectory opens and locks a directory. Its error is [fs.ErrNotExist] if there is none, and [errLocked].
func lockDirectory(path string) (*pinDirectory, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(lockPatience); ; time.Sleep(lockPatience / 10) {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EWOULDBLOCK) {
			break
		}
		if time.Now().After(deadline) {
			err = errLocked
			break
		}
	}
	d := &pinDirectory{f, path}
	// Whoever had the lock may have removed or renamed it.
	if err == nil && !d.stillThere() {
		err = fs.ErrNotExist
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return d, nil
}

func (d *pinDirectory) stillThere() bool {
	opened, err := d.file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(d.path)
	return err == nil && os.SameFile(opened, named)
}

// makeDirectory makes a directory for the session name, which does not have that name yet, and locks it. What
// is left of one that was not finished is removed.
func makeDirectory(name string) (*pinDirectory, error) {
	path := filepath.Join(pinRoot, unfinished+name)
	err := os.Mkdir(path, 0o700)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make the directory of the session: %w", err)
	}
	d, err := lockDirectory(path)
	if err != nil {
		return nil, err
	}
	if err := d.empty(); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// rename gives the session the name by which it is found.
func (d *pinDirectory) rename(name string) error {
	to := filepath.Join(pinRoot, name)
	if err := unix.Renameat2(unix.AT_FDCWD, d.path, unix.AT_FDCWD, to, unix.RENAME_NOREPLACE); err != nil {
		return fmt.Errorf("name the session: %w", err)
	}
	d.path = to
	return nil
}

// empty removes all that is in the directory.
func (d *pinDirectory) empty() error {
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(d.path, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// remove removes the directory with all that is in it.
func (d *pinDirectory) remove() error {
	err := d.empty()
	if err == nil {
		err = os.Remove(d.path)
	}
	return err
}

func (d *pinDirectory) at(name string) string { return filepath.Join(d.path, name) }

// close gives up the lock.
func (d *pinDirectory) close() error { return d.file.Close() }
