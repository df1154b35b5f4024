package enrich

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
)

// ErrNoName is the error of a name that a file does not have.
var ErrNoName = errors.New("no such name")

// LookupID returns the id of a name in a file such as /etc/passwd or /etc/group. The first line of a name counts.
func LookupID(path, name string) (uint32, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, fmt.Errorf("look up a name: %w", err)
	}
	defer f.Close()
	lines := bufio.NewReader(io.LimitReader(f, maxFile))
	for {
		line, cut, err := lines.ReadLine()
		if errors.Is(err, io.EOF) {
			return 0, ErrNoName
		}
		if err != nil {
			return 0, fmt.Errorf("look up a name: %w", err)
		}
		if found, id, ok := parseLine(line, cut); ok && found == name {
			return id, nil
		}
		for cut && err == nil {
			_, cut, err = lines.ReadLine()
		}
	}
}
