package object

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"
)

// errNoTracefs is the error of a kernel that has no tracefs.
var errNoTracefs = errors.New("this kernel has no tracefs")

// openTracefs opens tracefs where it is mounted. Where it is not, as in a container or after it was unmounted, the
// kernel may hold probes all the same: then it is opened through a mount that no one else sees and that
// goes with the file.
func openTracefs() (*os.Root, error) {
	mounts, err := procfs.GetMounts()
	if err != nil {
		return nil, fmt.Errorf("list mounts: %w", err)
	}
	for _, m := range mounts {
		at := m.MountPoint
		switch {
		case m.Root != "/":
			continue
		case m.FSType == "debugfs":
			at = filepath.Join(at, "tracing")
		case m.FSType != "tracefs":
			continue
		}
		// Something else may be mounted over it.
		var stat unix.Statfs_t
		if unix.Statfs(at, &stat) == nil && stat.Type == unix.TRACEFS_MAGIC {
			return os.OpenRoot(at)
		}
	}
	return openDetachedTracefs()
}

// openDetachedTracefs mounts tracefs in no place (Linux 5.2).
func openDetachedTracefs() (*os.Root, error) {
	fd, err := unix.Fsopen("tracefs", unix.FSOPEN_CLOEXEC)
	if errors.Is(err, unix.ENODEV) || errors.Is(err, unix.ENOSYS) {
		return nil, errNoTracefs
	}
	if err != nil {
		return nil, fmt.Errorf("open tracefs: %w", err)
	}
	context := os.NewFile(uintptr(fd), "tracefs")
	defer context.Close()
	if err := unix.FsconfigCreate(fd); err != nil {
		return nil, fmt.Errorf("open tracefs: %w", err)
	}
	at, err := unix.Fsmount(fd, unix.FSMOUNT_CLOEXEC, unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NODEV|unix.MOUNT_ATTR_NOEXEC)
	if err != nil {
		return nil, fmt.Errorf("mount tracefs: %w", err)
	}
	mount := os.NewFile(uintptr(at), "tracefs")
	defer mount.Close()
	return os.OpenRoot(fmt.Sprintf("/proc/self/fd/%d", at))
}
