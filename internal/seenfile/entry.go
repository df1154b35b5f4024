package seenfile

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"slices"

	"github.com/exectrail/exectrail/internal/seen"
)

const entrySize = 32

// header is what the file begins with, in as many bytes as an entry has.
const header = "exectrail: seen files, version 1"

// entry is a file with its number: later ones have greater numbers.
type entry struct {
	number uint64
	file   seen.File
}

// append appends the entry as it stands on disk: number, inode, ctime, device, and the checksum of these.
func (e entry) append(dst []byte) []byte {
	start := len(dst)
	le := binary.LittleEndian
	dst = le.AppendUint64(dst, e.number)
	dst = le.AppendUint64(dst, e.file.Inode)
	dst = le.AppendUint64(dst, e.file.Changed)
	dst = le.AppendUint32(dst, e.file.Device)
	return le.AppendUint32(dst, checksum(dst[start:]))
}

// parse reads an entry. It reports false for what is none, such as a hole.
func parse(b []byte) (entry, bool) {
	le := binary.LittleEndian
	e := entry{le.Uint64(b), seen.File{Inode: le.Uint64(b[8:]), Changed: le.Uint64(b[16:]), Device: le.Uint32(b[24:])}}
	return e, le.Uint32(b[28:]) == checksum(b[:28])
}

func checksum(b []byte) uint32 {
	// From another start than 0, for which zeros would be an entry.
	return crc32.Update(1, crc32.MakeTable(crc32.Castagnoli), b)
}

// load reads the file, and writes the header if it is empty.
func (s *Store) load(f *os.File, limit int) error {
	content, err := io.ReadAll(io.LimitReader(f, entrySize*int64(1+limit)))
	switch {
	case err != nil:
		return fmt.Errorf("read: %w", err)
	case len(content) == 0:
		_, err := f.WriteString(header)
		return err
	case !bytes.HasPrefix(content, []byte(header)):
		return errors.New("it is no file that exectrail remembers files in")
	}
	var entries []entry
	for at := entrySize; at+entrySize <= len(content); at += entrySize {
		if e, ok := parse(content[at:]); ok {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.number, b.number) })
	for _, e := range entries {
		s.set.Add(e.file)
		s.next = e.number + 1
	}
	return nil
}
