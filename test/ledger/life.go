package ledger

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
)

// How says what a process did about the program that it was created for.
type How string

// The words of test/triggers/src/log.h.
const (
	Executed How = "exec"
	Failed   How = "failed" // to execute a file that does not exist
	Idle     How = "none"
)

// A Life is what those who created a process, and waited for it, wrote down about it.
type Life struct {
	PID         uint32
	Marker      string // the second argument of what it executed, which no other life has
	From, Until uint64 // CLOCK_BOOTTIME, in ns: its fork, execs and exit lie between
	How         How
	ArgCount    int
	ArgBytes    uint64 // with the byte that ends each

	// What the log does not tell, but who started the spawner may know. 0 and "" are not compared.
	Parent uint32
	UID    string
}

// ReadLives reads a log of the form that test/triggers/src/log.h describes.
func ReadLives(r io.Reader) ([]Life, error) {
	var lives []Life
	begun, ended := map[uint32][]Life{}, map[uint32][]uint64{}
	for lines := bufio.NewScanner(r); ; {
		if !lines.Scan() {
			if err := lines.Err(); err != nil {
				return nil, fmt.Errorf("read log: %w", err)
			}
			break
		}
		var l Life
		_, err := fmt.Sscan(lines.Text(), &l.PID, &l.Marker, &l.From, &l.Until, &l.How, &l.ArgCount, &l.ArgBytes)
		switch {
		case err != nil:
			return nil, fmt.Errorf("parse %q: %w", lines.Text(), err)
		case l.Until == 0:
			begun[l.PID] = append(begun[l.PID], l)
		case l.From == 0:
			ended[l.PID] = append(ended[l.PID], l.Until)
		default:
			lives = append(lives, l)
		}
	}
	return join(lives, begun, ended)
}

// join adds the lives that two lines tell of. Lives with one process id come one after the other, though their
// lines may not: the first beginning belongs to the first end.
func join(lives []Life, begun map[uint32][]Life, ended map[uint32][]uint64) ([]Life, error) {
	for pid, list := range begun {
		ends := ended[pid]
		if len(list) != len(ends) {
			return nil, fmt.Errorf("process %d began %d times and ended %d times", pid, len(list), len(ends))
		}
		slices.SortFunc(list, func(a, b Life) int { return cmp.Compare(a.From, b.From) })
		slices.Sort(ends)
		for i, l := range list {
			l.Until = ends[i]
			lives = append(lives, l)
		}
		delete(ended, pid)
	}
	for pid := range ended {
		return nil, fmt.Errorf("process %d ended and never began", pid)
	}
	return lives, nil
}
