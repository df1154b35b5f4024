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
	n.names, n.read = map[uint32]string{}, fileID{}
	f, err := os.Open(n.path)
	if err != nil {
		return
	}
	defer f.Close()
	n.names, n.read = parseNames(io.LimitReader(f, maxFile)), current
}

// parseNames reads lines of the form name:password:id:… as in passwd(5) and
// group(5). The first line of an id counts, as for getpwuid(3).
func parseNames(r io.Reader) map[uint32]string {
	names := make(map[uint32]string)
	lines := bufio.NewReader(r)
	for {
		line, cut, err := lines.ReadLine()
		if err != nil {
			return names
		}
		name, id, ok := parseLine(line, cut)
		if _, there := names[id]; ok && !there {
			names[id] = name
		}
		// What follows the id may be long: the members of a group.
		for cut && err == nil {
			_, cut, err = lines.ReadLine()
		}
	}
}

// parseLine parses a line, or its beginning when it is cut.
func parseLine(line []byte, cut bool) (name string, id uint32, ok bool) {
	if len(line) == 0 || line[0] == '#' {
		return "", 0, false
	}
	first, rest, _ := bytes.Cut(line, []byte{':'})
	_, rest, _ = bytes.Cut(rest, []byte{':'})
	text, _, ended := bytes.Cut(rest, []byte{':'})
	n, err := strconv.ParseUint(string(text), 10, 32)
	return string(first), uint32(n), err == nil && len(first) > 0 && (ended || !cut)
}
