package enrich

import (
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// ownersReader reads the files of scopes, one after the other.
type ownersReader struct {
	jobs    chan ownersJob
	answers chan ownersAnswer
	done    chan struct{}
}

type ownersJob struct {
	scope        Scope
	root         int // a descriptor, which the reader closes
	id           inodeID
	users, group []idRange
}

type ownersAnswer struct {
	scope Scope
	root  inodeID
	names *scopeNames
}

// scopeNames are the names in the files of a scope.
type scopeNames struct{ users, groups mappedNames }

// mappedNames are names of ids as a user namespace has them.
type mappedNames struct {
	ranges []idRange
	names  map[uint32]string
}

// maxReads is how many scopes can wait to be read.
const maxReads = 64

func newOwnersReader() ownersReader {
	r := ownersReader{jobs: make(chan ownersJob, maxReads), answers: make(chan ownersAnswer, maxScopes), done: make(chan struct{})}
	go r.work()
	return r
}

// ask has the files of a scope read, and reports whether there was room. Then the descriptor is no longer the caller's.
func (r *ownersReader) ask(j ownersJob) bool {
	select {
	case r.jobs <- j:
		return true
	default:
		return false
	}
}

func (r *ownersReader) work() {
	defer close(r.done)
	for j := range r.jobs {
		names := &scopeNames{
			users:  mappedNames{j.users, readOwners(j.root, "etc/passwd")},
			groups: mappedNames{j.group, readOwners(j.root, "etc/group")},
		}
		_ = unix.Close(j.root)
		select {
		case r.answers <- ownersAnswer{j.scope, j.id, names}:
		default: // nobody has taken any for long: it is asked again
		}
	}
}

func (r *ownersReader) close() {
	close(r.jobs)
	select {
	case <-r.done:
	case <-time.After(time.Second):
	}
}

// readOwners reads the names in a file below a root directory. Links are followed as far as they do not lead out of it.
func readOwners(root int, path string) map[uint32]string {
	dir, err := os.OpenRoot(procPath(0, "fd/"+strconv.Itoa(root)))
	if err != nil {
		return nil
	}
	defer dir.Close()
	f, err := dir.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return nil
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return parseFew(f)
}

// Bounds of what is read of a file that a container has written.
const (
	maxScopeFile  = 256 << 10 // bytes
	maxScopeNames = 1000
	maxScopeName  = 64 // bytes: longer than any name that useradd(8) takes
)

// parseFew parses names within bounds.
func parseFew(r io.Reader) map[uint32]string {
	names := map[uint32]string{}
	for id, name := range parseNames(io.LimitReader(r, maxScopeFile)) {
		if len(name) <= maxScopeName && len(names) < maxScopeNames {
			names[id] = strings.Clone(name)
		}
	}
	return names
}

// idRange is a line of /proc/PID/uid_map: count ids inside of a user namespace, and those that they are outside.
type idRange struct{ inside, outside, count uint32 }

// idRanges reads uid_map or gid_map of a process. It is not a file of the process's own, and need not be waited for.
func idRanges(pid uint32, name string) []idRange {
	content, err := os.ReadFile(procPath(pid, name))
	if err != nil {
		return nil
	}
	var ranges []idRange
	for line := range strings.Lines(string(content)) {
		var numbers [3]uint32
		fields := strings.Fields(line)
		if len(fields) != len(numbers) {
			return nil
		}
		for i, field := range fields {
			n, err := strconv.ParseUint(field, 10, 32)
			if err != nil {
				return nil
			}
			numbers[i] = uint32(n)
		}
		ranges = append(ranges, idRange{numbers[0], numbers[1], numbers[2]})
	}
	return ranges
}

// lookup returns the name of an id, given as it is outside of the user namespace.
func (m *mappedNames) lookup(id uint32) string {
	for _, r := range m.ranges {
		if id >= r.outside && id-r.outside < r.count {
			return m.names[r.inside+(id-r.outside)]
		}
	}
	return ""
}
