// Package enrich adds to events what the kernel does not know: the names of users and groups.
package enrich

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"strconv"
	"time"
)

// Names looks up the names of user and group ids in files such as /etc/passwd
// and /etc/group. A file is read again when it has changed, which is looked at
// no more than once a second.
type Names struct {
	path    string
	names   map[uint32]string
	read    fileID
	checked time.Time
}

type fileID struct {
	size     int64
	modified time.Time
}

// maxFile bounds how much of a file is read, in bytes.
const maxFile = 64 << 20

// NewNames returns the names in the file at path.
func NewNames(path string) *Names { return &Names{path: path} }

// Lookup returns the name for id, or "" if there is none. now is the time of the call.
func (n *Names) Lookup(id uint32, now time.Time) string {
	if n.names == nil || now.Sub(n.checked) >= time.Second || now.Before(n.checked) {
		n.checked = now
		n.refresh()
	}
	return n.names[id]
}

func (n *Names) refresh() {
	info, err := os.Stat(n.path)
	if err != nil {
		n.names, n.read = map[uint32]string{}, fileID{}
		return
	}
	current := fileID{info.Size(), info.ModTime()}
	if n.names != nil && current == n.read {
		return
	}
	f, err := os.Open(n.path)
	if err != nil {
		n.names = map[uint32]string{}
		return
	}
	defer f.Close()
	n.names, n.read = parseNames(io.LimitReader(f, maxFile)), current
}

// parseNames reads lines of the form name:password:id:… as in passwd(5) and
// group(5). The first line of an id counts, as for getpwuid(3).
func parseNames(r io.Reader) map[uint32]string {
	names := make(map[uint32]string)
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		name, rest, _ := bytes.Cut(lines.Bytes(), []byte{':'})
		_, rest, _ = bytes.Cut(rest, []byte{':'})
		text, _, _ := bytes.Cut(rest, []byte{':'})
		id, err := strconv.ParseUint(string(text), 10, 32)
		if err != nil || len(name) == 0 {
			continue
		}
		if _, there := names[uint32(id)]; !there {
			names[uint32(id)] = string(name)
		}
	}
	return names
}
