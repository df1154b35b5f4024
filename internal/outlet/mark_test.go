package outlet

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"
)

// journal is an output that also keeps when marks were begun and done.
type journal struct{ recorder }

func (j *journal) add(line string) { j.Write([]byte(line)) }

// note is a mark that writes into a journal.
type note struct {
	*journal
	name string
	err  error
}

func (n note) Begin(at Place) error {
	n.add(fmt.Sprintf("%s begins %d", n.name, at.Length))
	return n.err
}

func (n note) Done() error {
	n.add(n.name + " is done")
	return nil
}

func TestMarks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		o := New(&j, Options{Marked: true})
		offer(t, o, "one")
		synctest.Wait()
		j.want(t) // nothing is written beyond the last mark
		if err := o.Flush(); err != nil {
			t.Error(err)
		}
		j.want(t)
		o.Mark(note{&j, "A", nil})
		offer(t, o, "two")
		synctest.Wait()
		j.want(t, "A begins 3", "one", "A is done")

		o.Mark(note{&j, "B", nil})
		o.Mark(note{&j, "C", nil})
		offer(t, o, "never")
		closed(t, o)
		want := [][]string{
			{"A begins 3", "one", "A is done", "C begins 3", "two", "C is done"},
			{"A begins 3", "one", "A is done", "B begins 3", "two", "B is done", "C begins 0", "C is done"},
		}
		if got := strings.Join(j.calls, "|"); got != strings.Join(want[0], "|") && got != strings.Join(want[1], "|") {
			t.Errorf("got %q", j.calls)
		}
	})
}

// TestSeveralMarks are written at once when they had to wait.
func TestSeveralMarks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		o := New(&j, Options{Marked: true, Interval: interval})
		for _, name := range []string{"A", "B", "C"} {
			offer(t, o, name)
			o.Mark(note{&j, name, nil})
		}
		offer(t, o, "D")
		time.Sleep(10 * interval)
		j.want(t, "C begins 3", "ABC", "C is done")
		closed(t, o)
		j.want(t, "C begins 3", "ABC", "C is done")
	})
}

// TestLongMark is more than is written at once.
func TestLongMark(t *testing.T) {
	var j journal
	o := New(&j, Options{Marked: true, Interval: interval})
	line := strings.Repeat("x", 3000)
	for range 100 {
		offer(t, o, line)
	}
	o.Mark(note{&j, "A", nil})
	closed(t, o)
	last := len(j.calls) - 1
	if j.calls[0] != "A begins 300000" || j.calls[last] != "A is done" || len(strings.Join(j.calls[1:last], "")) != 300_000 {
		t.Errorf("%d calls, from %q to %q", len(j.calls), j.calls[0], j.calls[last])
	}
}

func TestMarkFails(t *testing.T) {
	wrong := errors.New("wrong")
	var j journal
	o := New(&j, Options{Marked: true})
	offer(t, o, "one")
	o.Mark(note{&j, "A", wrong})
	if err := o.Close(); !errors.Is(err, wrong) {
		t.Errorf("close: %v", err)
	}
	j.want(t, "A begins 3")
}

// TestMarkOnFullDisk is begun once, and not done.
func TestMarkOnFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		d := &disk{room: 2, full: unix.ENOSPC}
		o := New(d, Options{Marked: true})
		offer(t, o, "one")
		o.Mark(note{&j, "A", nil})
		if err := o.Close(); !errors.Is(err, unix.ENOSPC) {
			t.Errorf("close: %v", err)
		}
		j.want(t, "A begins 3")
	})
}

// whereabouts keeps the places of what it marks.
type whereabouts struct{ places []Place }

func (w *whereabouts) Begin(at Place) error {
	w.places = append(w.places, at)
	return nil
}

func (w *whereabouts) Done() error { return nil }

func TestPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stat unix.Stat_t
	if err := unix.Stat(path, &stat); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		flags  int
		offset int64
	}{{os.O_APPEND, 6}, {os.O_TRUNC, 0}} {
		f, err := os.OpenFile(path, os.O_WRONLY|c.flags, 0)
		if err != nil {
			t.Fatal(err)
		}
		var w whereabouts
		o := New(f, Options{Marked: true})
		for _, line := range []string{"four", "seven"} {
			offer(t, o, line)
			o.Mark(&w)
			if err := o.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		closed(t, o)
		f.Close()
		want := Place{File: path, Device: stat.Dev, Inode: stat.Ino, Offset: c.offset, Length: 4}
		then := want
		then.Offset, then.Length = want.Offset+4, 5
		if len(w.places) != 2 || w.places[0] != want || w.places[1] != then {
			t.Errorf("got %+v, want %+v and %+v", w.places, want, then)
		}
	}
}

func TestPlaceInPipe(t *testing.T) {
	r, f, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer f.Close()
	var w whereabouts
	o := New(f, Options{Marked: true})
	offer(t, o, "four")
	o.Mark(&w)
	closed(t, o)
	if len(w.places) != 1 || (w.places[0] != Place{Length: 4}) {
		t.Errorf("got %+v", w.places)
	}
}
