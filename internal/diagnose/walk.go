package diagnose

import (
	"bytes"

	"golang.org/x/sys/unix"
)

// obstacle is what a path could not be followed for.
type obstacle struct {
	errno unix.Errno // as the kernel gives it; 0 for none
	part  string     // the path of what is in the way, as far as it was followed
	final bool       // it is the file itself, and not a directory on the way
	link  bool       // it is where the file leads to, which is a symbolic link
	blind bool       // this process cannot see what the caller sees
}

var blind = obstacle{blind: true}

// maxLinks is how many symbolic links the kernel follows in a path (MAXSYMLINKS).
const maxLinks = 40

// maxRest bounds what is left of a path when links are put into it, in bytes.
const maxRest = 16 * unix.PathMax

// walk follows a path one part after the other, as path_resolution(7) tells it
// and within the root directory of the caller. The kernel could do so at once
// with openat2(2) and RESOLVE_IN_ROOT, but would not tell where it stopped.
type walk struct {
	*caller
	at       int    // the directory that was reached
	rest     []byte // what is to be followed from there
	text     []byte // the path of at
	absolute bool   // the text begins at the root directory
	links    int    // how many were followed
	link     bool   // the file itself was one

	path, spare []byte // rest is the end of path
}

// lookup opens the file that the caller means by a path, from the directory
// from, which stays open. An empty path means from itself, as it does in the
// kernel for AT_EMPTY_PATH and for a script that names no interpreter. A last
// symbolic link is refused with noFollow.
func (c *caller) lookup(from int, path []byte, noFollow bool) (int, obstacle) {
	w := &c.d.walk
	*w = walk{caller: c, at: from, text: w.text[:0], path: append(w.path[:0], path...), spare: w.spare}
	w.rest, w.absolute = w.path, len(path) > 0 && path[0] == '/'
	if w.absolute {
		root, ok := c.rootDir()
		if !ok {
			return -1, blind
		}
		w.at = root
	}
	defer func() { w.caller = nil }()
	for {
		component, final, slash := w.next()
		if len(component) == 0 {
			return w.arrive()
		}
		if o := w.step(component, final, slash, noFollow); o != (obstacle{}) {
			w.leave()
			return -1, o
		}
		if final && len(w.rest) == 0 {
			return w.arrive()
		}
	}
}

// next takes the next part of the path: whether it is the last one, and whether a slash follows.
func (w *walk) next() (component []byte, final, slash bool) {
	rest := bytes.TrimLeft(w.rest, "/")
	if i := bytes.IndexByte(rest, '/'); i >= 0 {
		component, w.rest = rest[:i], bytes.TrimLeft(rest[i:], "/")
		return component, len(w.rest) == 0, true
	}
	w.rest = nil
	return rest, true, false
}

// arrive hands over what was reached.
func (w *walk) arrive() (int, obstacle) {
	if !w.borrowed(w.at) {
		return w.at, obstacle{}
	}
	fd, err := unix.FcntlInt(uintptr(w.at), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return -1, blind
	}
	return fd, obstacle{}
}

func (w *walk) leave() {
	if !w.borrowed(w.at) {
		release(w.at)
	}
}

func (w *walk) moveTo(fd int) {
	w.leave()
	w.at = fd
}

// step follows one part of the path.
func (w *walk) step(component []byte, final, slash, noFollow bool) obstacle {
	if w.errno == unix.EACCES && !w.maySearch(w.at) {
		return obstacle{errno: unix.EACCES, part: w.here()}
	}
	switch {
	case len(component) > unix.NAME_MAX:
		return obstacle{errno: unix.ENAMETOOLONG}
	case string(component) == ".":
		return obstacle{}
	case string(component) == "..":
		return w.up()
	}
	name := append(append(w.d.name[:0], component...), 0)
	var kind int
	if !final {
		kind = unix.O_DIRECTORY // to learn at once that it is one, as most are
	}
	fd, errno := openAt(w.at, &name[0], unix.O_NOFOLLOW|kind)
	if errno == unix.ENOTDIR && !final {
		fd, errno = openAt(w.at, &name[0], unix.O_NOFOLLOW)
	} else if errno == 0 && !final {
		w.push(component)
		w.moveTo(fd)
		return obstacle{}
	}
	switch errno {
	case 0:
		return w.enter(fd, component, final, slash, noFollow)
	case unix.ENOENT:
		if final && !w.link {
			return obstacle{errno: unix.ENOENT, final: true}
		}
		o := obstacle{errno: unix.ENOENT, part: w.beyond(component), final: final, link: w.link}
		if w.link { // all of where it leads
			o.part = joined(o.part, w.rest)
		}
		return o
	case unix.ENOTDIR: // the walk did not start in one
		return obstacle{errno: unix.ENOTDIR}
	default: // EACCES when this process may not search there, and the rest is none of the caller's
		return blind
	}
}

// enter goes on to what was opened, which is owned by the walk now.
func (w *walk) enter(fd int, component []byte, final, slash, noFollow bool) obstacle {
	if err := w.d.statFD(fd); err != nil {
		release(fd)
		return blind
	}
	kind := w.d.stat.Mode & unix.S_IFMT
	switch {
	case kind == unix.S_IFLNK:
		defer release(fd)
		if final && !slash && noFollow {
			return obstacle{errno: unix.ELOOP, final: true, link: true}
		}
		return w.follow(fd, component, final, slash)
	case kind != unix.S_IFDIR && slash:
		release(fd)
		return obstacle{errno: unix.ENOTDIR, part: w.beyond(component), final: final}
	}
	w.push(component)
	w.moveTo(fd)
	return obstacle{}
}

// up goes to the directory above; there is none above the root directory.
func (w *walk) up() obstacle {
	root, ok := w.rootDir()
	if !ok || w.d.statFD(root) != nil {
		return blind
	}
	id := idOf(&w.d.stat)
	if w.d.statFD(w.at) != nil {
		return blind
	}
	if idOf(&w.d.stat) == id {
		return obstacle{}
	}
	name := [...]byte{'.', '.', 0}
	fd, errno := openAt(w.at, &name[0], unix.O_DIRECTORY)
	if errno != 0 {
		return blind
	}
	w.pop()
	w.moveTo(fd)
	return obstacle{}
}

// The text of the path that was followed.

func (w *walk) push(component []byte) {
	if len(w.text) > 0 && w.text[len(w.text)-1] != '/' || len(w.text) == 0 && w.absolute {
		w.text = append(w.text, '/')
	}
	w.text = append(w.text, component...)
}

func (w *walk) pop() {
	i := bytes.LastIndexByte(w.text, '/')
	switch last := w.text[i+1:]; {
	case len(last) > 0 && string(last) != "..":
		w.text = w.text[:max(i, 0)]
	case !w.absolute:
		w.push([]byte(".."))
	}
}

// here returns the path of the directory that was reached.
func (w *walk) here() string {
	switch {
	case len(w.text) > 0:
		return string(w.text)
	case w.absolute:
		return "/"
	}
	return "."
}

// beyond returns the path of what is in that directory.
func (w *walk) beyond(component []byte) string {
	switch {
	case len(w.text) > 0:
		return joined(string(w.text), component)
	case w.absolute:
		return "/" + string(component)
	}
	return string(component)
}

func joined(path string, rest []byte) string {
	if len(rest) == 0 {
		return path
	}
	return path + "/" + string(rest)
}
