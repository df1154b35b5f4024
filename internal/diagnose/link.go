package diagnose

import (
	"strconv"

	"golang.org/x/sys/unix"
)

// follow puts in the place of a symbolic link, which is open, where it leads.
func (w *walk) follow(link int, component []byte, final, slash bool) obstacle {
	if w.links++; w.links > maxLinks {
		return obstacle{errno: unix.ELOOP}
	}
	if w.errno == unix.EACCES {
		w.protectedLink()
	}
	if fd, magic := w.jump(link, component); magic {
		if fd < 0 {
			return blind
		}
		w.push(component)
		w.moveTo(fd)
		return w.landed(slash)
	}
	w.link = w.link || final
	target := make([]byte, unix.PathMax)
	n, err := unix.Readlinkat(link, "", target)
	switch {
	case err != nil:
		return blind
	case n == 0: // some file systems permit it
		return obstacle{errno: unix.ENOENT, part: w.beyond(component), final: final, link: w.link}
	case n+1+len(w.rest) > maxRest:
		return blind
	}
	if target[0] == '/' {
		root, ok := w.rootDir()
		if !ok {
			return blind
		}
		w.moveTo(root)
		w.text, w.absolute = w.text[:0], true
	}
	path := append(w.spare[:0], target[:n]...)
	if slash {
		path = append(append(path, '/'), w.rest...)
	}
	w.path, w.spare, w.rest = path, w.path, path
	return obstacle{}
}

// procRoot is the inode of the root directory of procfs (PROC_ROOT_INO).
const procRoot = 1

// jump follows a link of procfs that is none by its text: /proc/self is another
// for each process, and /proc/PID/exe leads to a file that may have no name.
// It opens what it leads to, or returns -1 when it cannot.
func (w *walk) jump(link int, component []byte) (fd int, magic bool) {
	var fs unix.Statfs_t
	if unix.Fstatfs(link, &fs) != nil || fs.Type != unix.PROC_SUPER_MAGIC {
		return -1, false
	}
	if w.d.statFD(w.at) != nil {
		return -1, true
	}
	name := append(append(w.d.name[:0], component...), 0)
	switch {
	case w.d.stat.Ino != procRoot:
		// It may lead to a pipe or a device, which O_PATH does not open.
		fd, errno := openAt(w.at, &name[0], 0)
		if errno != 0 {
			fd = -1
		}
		return fd, true
	case string(component) == "self":
		return w.own(""), true
	case string(component) == "thread-self":
		// The thread that called is not known; the first one has the same files but for rare cases.
		return w.own("task/" + strconv.FormatUint(uint64(w.e.PID), 10)), true
	}
	return -1, false // such as /proc/mounts, for self/mounts
}

// landed checks what a magic link led to.
func (w *walk) landed(slash bool) obstacle {
	if !slash {
		return obstacle{}
	}
	if w.d.statFD(w.at) != nil {
		return blind
	}
	if w.d.stat.Mode&unix.S_IFMT != unix.S_IFDIR {
		return obstacle{errno: unix.ENOTDIR, part: w.here()}
	}
	return obstacle{}
}

// protectedLink doubts all that follows where fs.protected_symlinks may have
// refused a link: in a directory that all may write to, of another user than
// that of the directory (may_follow_link() of fs/namei.c). The link is in d.stat.
func (w *walk) protectedLink() {
	owner := w.d.stat.Uid
	if owner == w.e.EUID || w.d.statFD(w.at) != nil {
		return
	}
	const open = unix.S_ISVTX | unix.S_IWOTH
	if w.d.stat.Mode&open == open && w.d.stat.Uid != owner {
		w.unsure = true
	}
}
