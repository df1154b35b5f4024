package enrich

import (
	"path/filepath"
	"strconv"
	"time"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"
)

// Scope is where ids have names of their own: processes of other mount namespaces can have another root directory, with other
// files in it, and those of other user namespaces call the same id otherwise. The numbers are those in /proc/PID/ns.
type Scope struct{ MountNS, UserNS uint32 }

// Owners looks up the names of users and groups of processes by the files in their own root directory. It
// reads the files in a goroutine, so that whoever asks never waits for a file system of others. Its methods are for one goroutine.
type Owners struct {
	home   uint32  // mount namespace of this process
	root   inodeID // its root directory
	scopes map[Scope]*scope
	reader ownersReader
}

// scope is what is known of a scope.
type scope struct {
	state   ScopeState
	root    inodeID
	checked time.Time // when the root directory was looked at
	read    time.Time // when its files were last asked for
	asked   bool      // an answer is due
	names   *scopeNames
}

// ScopeState tells whose names hold in a scope.
type ScopeState uint8

const (
	// ScopeUnknown is a scope whose root directory could not be looked at: nobody knows what the names are.
	ScopeUnknown ScopeState = iota
	// ScopeOfMachine has the root directory of the machine, and so its names.
	ScopeOfMachine
	// ScopeOfOthers has names of its own.
	ScopeOfOthers
)

const (
	// maxScopes is how many scopes are remembered.
	maxScopes = 256
	// recheck is after how long the root directory of a scope is looked at again: the numbers of namespaces are used again.
	recheck = time.Second
	// reread is after how long its files are read again.
	reread = 30 * time.Second
)

// NewOwners returns an Owners for the machine that this process is in.
func NewOwners() *Owners {
	o := &Owners{scopes: map[Scope]*scope{}, reader: newOwnersReader()}
	var st unix.Stat_t
	if unix.Stat(procPath(0, "ns/mnt"), &st) == nil {
		o.home = uint32(st.Ino)
	}
	if unix.Stat("/", &st) == nil {
		o.root = inodeOfStat(&st)
	}
	return o
}

// See takes in that the process pid is in a scope, and tells whose names hold there. renewed reports that
// the scope is not what it was, and no name that was told before holds.
func (o *Owners) See(pid uint32, s Scope, now time.Time) (state ScopeState, renewed bool) {
	o.takeAnswers()
	if o.home == 0 || s.MountNS == 0 || s.MountNS == o.home {
		return ScopeOfMachine, false
	}
	k := o.scopes[s]
	if k == nil {
		if len(o.scopes) >= maxScopes {
			clear(o.scopes)
		}
		k, renewed = &scope{}, true
		o.scopes[s] = k
	}
	if age := now.Sub(k.checked); k.state != ScopeUnknown && age >= 0 && age < recheck {
		return k.state, renewed
	}
	root, id, ok := openRoot(pid, s)
	if !ok { // it is gone, or may not be looked at
		return k.state, renewed
	}
	k.checked = now
	if k.state != ScopeUnknown && id != k.root {
		*k, renewed = scope{checked: now}, true
	}
	k.root = id
	if id == o.root {
		k.state = ScopeOfMachine
		_ = unix.Close(root)
		return k.state, renewed
	}
	k.state = ScopeOfOthers
	// An answer may have been dropped, so it is not waited for without end.
	if age := now.Sub(k.read); k.names == nil && !k.asked || age < 0 || age >= reread {
		j := ownersJob{scope: s, root: root, id: id, users: idRanges(pid, "uid_map"), group: idRanges(pid, "gid_map")}
		if o.reader.ask(j) {
			k.read, k.asked = now, true
			return k.state, renewed
		}
	}
	_ = unix.Close(root)
	return k.state, renewed
}

// Lookup returns the name of a user or group in a scope of others; known reports whether its files were read yet. Without a name it is empty.
func (o *Owners) Lookup(s Scope, id uint32, group bool) (name string, known bool) {
	k := o.scopes[s]
	if k == nil || k.names == nil {
		return "", false
	}
	if group {
		return k.names.groups.lookup(id), true
	}
	return k.names.users.lookup(id), true
}

func (o *Owners) takeAnswers() {
	for {
		select {
		case a := <-o.reader.answers:
			if k := o.scopes[a.scope]; k != nil && k.root == a.root {
				k.names, k.asked = a.names, false
			}
		default:
			return
		}
	}
}

// Close ends the goroutine. It does not wait for a file system that does not answer.
func (o *Owners) Close() { o.reader.close() }

// inodeID tells directories apart.
type inodeID struct{ device, inode uint64 }

func inodeOfStat(st *unix.Stat_t) inodeID { return inodeID{st.Dev, st.Ino} }

// openRoot opens the root directory of a process, if that is in the scope. Nothing of its file system is asked
// for: it need not answer.
func openRoot(pid uint32, s Scope) (fd int, id inodeID, ok bool) {
	fd, err := unix.Open(procPath(pid, "root"), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, inodeID{}, false
	}
	var x unix.Statx_t
	// Looked at last: the process may have gone, and another one have taken its id.
	if unix.Statx(fd, "", unix.AT_EMPTY_PATH|unix.AT_STATX_DONT_SYNC, unix.STATX_INO, &x) != nil || !inScope(pid, s) {
		_ = unix.Close(fd)
		return -1, inodeID{}, false
	}
	return fd, inodeID{unix.Mkdev(x.Dev_major, x.Dev_minor), x.Ino}, true
}

func inScope(pid uint32, s Scope) bool {
	var mount, user unix.Stat_t
	return unix.Stat(procPath(pid, "ns/mnt"), &mount) == nil && unix.Stat(procPath(pid, "ns/user"), &user) == nil &&
		uint32(mount.Ino) == s.MountNS && uint32(user.Ino) == s.UserNS
}

// procPath returns the path of a file of a process, or with 0 of this one.
func procPath(pid uint32, name string) string {
	process := "self"
	if pid != 0 {
		process = strconv.FormatUint(uint64(pid), 10)
	}
	return filepath.Join(procfs.DefaultMountPoint, process, name)
}
