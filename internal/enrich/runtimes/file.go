package runtimes

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/event"
)

// maxFile bounds the size of a file that is read, in bytes. What Docker keeps of a container has some 10 KB, the list of
// Podman 1 KB for each container.
const maxFile = 4 << 20

// maxNames bounds how many names of a directory are looked at.
const maxNames = 4096

// readJSON reads a file into v, and reports whether it is there, not too large, and as it should be.
func readJSON(path string, v any) bool {
	content, err := readFile(path)
	return err == nil && parseJSON(content, v)
}

func parseJSON(content []byte, v any) bool { return json.Unmarshal(content, v) == nil }

var errNoFile = errors.New("no regular file, or too large")

// readFile reads a file that somebody may have put there to harm: it is no link, nothing that has to be waited for, and in
// a directory of a user one of his own.
func readFile(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var file, dir unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &file); err != nil {
		return nil, err
	}
	if err := unix.Stat(filepath.Dir(path), &dir); err != nil {
		return nil, err
	}
	if file.Mode&unix.S_IFMT != unix.S_IFREG || file.Size > maxFile || dir.Uid != 0 && dir.Uid != file.Uid {
		return nil, errNoFile
	}
	return io.ReadAll(io.LimitReader(f, maxFile))
}

// namesIn returns the names in a directory, in order; none when it cannot be read.
func namesIn(dir string) []string {
	f, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer f.Close()
	names, _ := f.Readdirnames(maxNames)
	slices.Sort(names)
	return names
}

// labelsOf returns labels in the order of their names.
func labelsOf(m map[string]string) []event.Label {
	labels := make([]event.Label, 0, len(m))
	for name, value := range m {
		labels = append(labels, event.Label{Name: name, Value: value})
	}
	slices.SortFunc(labels, func(a, b event.Label) int { return strings.Compare(a.Name, b.Name) })
	return labels
}
