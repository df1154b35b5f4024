package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"regexp"
	"slices"
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
		// Without \b before it: a text to begin with is found many times faster.
		pattern = regexp.MustCompile(regexp.QuoteMeta(marker) + `(-\d)?-\d{6}\b`)
		word    = regexp.MustCompile(`\w$`)
		seen    = map[string]bool{}
	)
	err := eachLine(r, func(line []byte) {
		if !bytes.Contains(line, []byte(execLine)) {
			return
		}
		for _, at := range pattern.FindAllIndex(line, -1) {
			if !word.Match(line[max(0, at[0]-1):at[0]]) {
				seen[string(line[at[0]:at[1]])] = true
			}
		}
	})
	return len(seen), err
}

// eachLine calls f for each line, which is valid until f returns.
func eachLine(r io.Reader, f func(line []byte)) error {
	for lines := bufio.NewReaderSize(r, 64<<10); ; {
		line, err := lines.ReadBytes('\n')
		f(line)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// countBare returns how many lines of a file tell of an exec that has one of the parents, and came without arguments.
func countBare(path string, pattern *regexp.Regexp, parents []int) (int, error) {
	if pattern == nil {
		return 0, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return countParents(f, pattern, parents)
}

func countParents(r io.Reader, pattern *regexp.Regexp, parents []int) (int, error) {
	n := 0
	err := eachLine(r, func(line []byte) {
		if m := pattern.FindSubmatch(line); m != nil {
			// The pattern matches digits only; a number beyond all bounds is no process.
			if parent, err := strconv.Atoi(string(m[1])); err == nil && slices.Contains(parents, parent) {
				n++
			}
		}
	})
	return n, err
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
