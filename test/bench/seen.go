package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"regexp"
	"strconv"
)

// A finder looks for a text in what is read piece by piece.
type finder struct {
	text []byte
	kept []byte // the end of the last piece, where the text may begin
}

// in reads from r what there is and reports whether the text was in it.
func (f *finder) in(r io.Reader) (bool, error) {
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf)
		f.kept = append(f.kept, buf[:n]...)
		if bytes.Contains(f.kept, f.text) {
			return true, nil
		}
		if surplus := len(f.kept) - len(f.text); surplus > 0 {
			f.kept = append(f.kept[:0], f.kept[surplus:]...)
		}
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
}

// countSeen returns how many different execs with a marker the lines of a file
// tell of. A line counts if it contains execLine.
func countSeen(path, execLine, marker string) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return countMarkers(f, execLine, marker)
}

func countMarkers(r io.Reader, execLine, marker string) (int, error) {
	var (
		pattern = regexp.MustCompile(`\b` + regexp.QuoteMeta(marker) + `(-\d)?-\d{6}\b`)
		seen    = map[string]bool{}
		lines   = bufio.NewReaderSize(r, 64<<10)
	)
	for {
		line, err := lines.ReadBytes('\n')
		if bytes.Contains(line, []byte(execLine)) {
			for _, m := range pattern.FindAll(line, -1) {
				seen[string(m)] = true
			}
		}
		if errors.Is(err, io.EOF) {
			return len(seen), nil
		}
		if err != nil {
			return 0, err
		}
	}
}

// countLost returns how many events the tool says that it lost, on both of its streams.
func countLost(s *session) (int, error) {
	total := 0
	for _, path := range []string{s.stdout(), s.stderr()} {
		said, err := os.ReadFile(path)
		if err != nil {
			return 0, err
		}
		total += sumMatches(s.tool.lost, said)
	}
	return total, nil
}

// sumMatches adds up the numbers that a pattern finds.
func sumMatches(pattern *regexp.Regexp, text []byte) int {
	total := 0
	for _, m := range pattern.FindAllSubmatch(text, -1) {
		// The pattern matches digits only; a number beyond all bounds is none.
		n, _ := strconv.Atoi(string(m[1]))
		total += n
	}
	return total
}
