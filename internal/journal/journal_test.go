package journal

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/wire"
)

const streams = 6

func newJournal(t *testing.T) (*Journal, []byte) {
	t.Helper()
	mem := make([]byte, Size(streams)+100)
	j, err := New(mem, streams)
	if err != nil {
		t.Fatal(err)
	}
	return j, mem
}

// progressOf returns a progress in which each number is another one.
func progressOf(n uint64) *wire.Progress {
	p := &wire.Progress{Sequence: n, Offset: -int64(n)}
	for kind := range p.Hooks {
		h := &p.Hooks[kind]
		h.Missed, h.MissedAt = n+1, n+2
		for s := range uint64(streams) {
			h.Streams = append(h.Streams, wire.StreamProgress{Seq: n + s, Time: n * s, ShortReads: n + 3, ChunksLost: uint64(kind), Filtered: n + 5, Untracked: s})
		}
	}
	return p
}

func delivered(j *Journal) *wire.Progress {
	var p wire.Progress
	j.Delivered(&p)
	return &p
}

func TestProgressComesBack(t *testing.T) {
	j, mem := newJournal(t)
	if p := delivered(j); p.Sequence != 0 || len(p.Hooks[wire.Exec].Streams) != streams {
		t.Errorf("a new journal says %+v", p)
	}
	want := progressOf(1000)
	at := Place{File: "/a/file", Device: 1, Inode: 2, Offset: 3, Length: 4}
	if err := j.Prepare(want, at); err != nil {
		t.Fatal(err)
	}
	again, err := Open(mem)
	if err != nil {
		t.Fatal(err)
	}
	if p := delivered(again); p.Sequence != 0 {
		t.Errorf("what is pending counts: %+v", p)
	}
	if got, ok := again.Pending(); !ok || got != at {
		t.Errorf("pending is %+v, %v; want %+v", got, ok, at)
	}
	again.Commit()
	if _, ok := again.Pending(); ok {
		t.Error("it is pending after it was committed")
	}
	if p := delivered(j); !reflect.DeepEqual(p, want) {
		t.Errorf("delivered is\n%+v, want\n%+v", p, want)
	}
	again.Commit() // of nothing
	if p := delivered(j); p.Sequence != 1000 {
		t.Errorf("a second commit changed it to %d", p.Sequence)
	}
}

func TestCancel(t *testing.T) {
	j, _ := newJournal(t)
	for n := uint64(1); n < 5; n++ {
		if err := j.Prepare(progressOf(n), Place{}); err != nil {
			t.Fatal(err)
		}
		if n%2 == 0 {
			j.Cancel()
		} else {
			j.Commit()
		}
		if got, want := delivered(j).Sequence, (n-1)/2*2+1; got != want {
			t.Errorf("after %d, %d is delivered, want %d", n, got, want)
		}
	}
}

// TestFewerStreams has a reader that has not met all streams yet: the rest is zero, not what was there before.
func TestFewerStreams(t *testing.T) {
	j, _ := newJournal(t)
	for _, n := range []int{streams, 2, 1} {
		p := progressOf(100)
		for kind := range p.Hooks {
			p.Hooks[kind].Streams = p.Hooks[kind].Streams[:n]
		}
		if err := j.Prepare(p, Place{}); err != nil {
			t.Fatal(err)
		}
		j.Commit()
		for s, c := range delivered(j).Hooks[wire.Exit].Streams {
			if (c == wire.StreamProgress{}) != (s >= n) {
				t.Errorf("with %d streams, number %d is %+v", n, s, c)
			}
		}
	}
	if err := j.Prepare(&wire.Progress{Hooks: [wire.Counted]wire.HookProgress{{Streams: make([]wire.StreamProgress, streams+1)}}}, Place{}); err == nil {
		t.Error("more streams than there is room for were taken")
	}
	if err := j.Prepare(progressOf(1), Place{File: strings.Repeat("x", maxPath+1)}); err == nil {
		t.Error("a path for which there is no room was taken")
	}
}

func TestGivenUp(t *testing.T) {
	j, mem := newJournal(t)
	var p wire.Progress
	if _, ok := j.GivenUp(&p); ok {
		t.Error("something was given up from the start")
	}
	for n := range uint64(5) {
		if err := j.GiveUp([2]uint64{n, n + 1}, progressOf(n)); err != nil {
			t.Fatal(err)
		}
		again, err := Open(mem)
		if err != nil {
			t.Fatal(err)
		}
		if positions, ok := again.GivenUp(&p); !ok || positions != [2]uint64{n, n + 1} || !reflect.DeepEqual(&p, progressOf(n)) {
			t.Errorf("number %d: %v %v %+v", n, positions, ok, p)
		}
	}
	j.Keep()
	if _, ok := j.GivenUp(&p); ok {
		t.Error("it is given up after it was kept")
	}
}

// TestKilledAnywhere stops a writer after each of its stores: what the next one reads is a whole state, that before or that
// after. The stores are those to a copy of the memory, byte by byte up to the one that flips.
func TestKilledAnywhere(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	j, mem := newJournal(t)
	if err := j.Prepare(progressOf(1), Place{}); err != nil {
		t.Fatal(err)
	}
	j.Commit()
	before := bytes.Clone(mem)
	if err := j.Prepare(progressOf(2), Place{File: "f"}); err != nil {
		t.Fatal(err)
	}
	if err := j.GiveUp([2]uint64{5, 5}, progressOf(3)); err != nil {
		t.Fatal(err)
	}
	for range 2000 {
		// Any part of the content may be there, as long as the two words that make it hold are not.
		torn := bytes.Clone(before)
		for i := headSize; i < len(torn); i++ {
			if random.IntN(2) == 0 {
				torn[i] = mem[i]
			}
		}
		again, err := Open(torn)
		if err != nil {
			t.Fatal(err)
		}
		var p wire.Progress
		if _, pending := again.Pending(); pending {
			t.Fatal("something is pending before all of it is there")
		}
		if _, given := again.GivenUp(&p); given {
			t.Fatal("something is given up before all of it is there")
		}
		if got := delivered(again); !reflect.DeepEqual(got, progressOf(1)) {
			t.Fatalf("delivered is %+v", got)
		}
	}
}

func TestForeignMemory(t *testing.T) {
	if _, err := New(make([]byte, 100), streams); err == nil {
		t.Error("a journal fits in 100 bytes")
	}
	_, mem := newJournal(t)
	for name, damage := range map[string]func([]byte) []byte{
		"empty":        func([]byte) []byte { return nil },
		"zero":         func(b []byte) []byte { return make([]byte, len(b)) },
		"short":        func(b []byte) []byte { return b[:Size(streams)-1] },
		"many streams": func(b []byte) []byte { b[4], b[5] = 0xff, 0xff; return b },
		"most streams": func(b []byte) []byte { b[4], b[5], b[6], b[7] = 0xff, 0xff, 0xff, 0xff; return b },
		"state":        func(b []byte) []byte { b[stateAt] = 4; return b },
		"given":        func(b []byte) []byte { b[givenAt] = 3; return b },
	} {
		if _, err := Open(damage(bytes.Clone(mem))); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v, want %v", name, err, ErrFormat)
		}
	}
	// A path that is longer than there is room for is no way out of the memory.
	j, mem := newJournal(t)
	if err := j.Prepare(progressOf(1), Place{File: "f"}); err != nil {
		t.Fatal(err)
	}
	for i := headSize; i < headSize+2*(placeSize+progressSize(streams)); i++ {
		mem[i] = 0xff
	}
	if at, ok := j.Pending(); !ok || len(at.File) != maxPath {
		t.Errorf("a path of %d bytes, %v", len(at.File), ok)
	}
}

// TestSettle has a writer killed before, within and after its write.
func TestSettle(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	if err := os.WriteFile(path, []byte("before\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stat unix.Stat_t
	if err := unix.Stat(path, &stat); err != nil {
		t.Fatal(err)
	}
	at := Place{File: path, Device: stat.Dev, Inode: stat.Ino, Offset: 7, Length: 5}
	other := at
	other.Inode++
	fifo := filepath.Join(dir, "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	moved := func(file string) Place {
		p := at
		p.File = file
		return p
	}
	for _, tt := range []struct {
		name, content string
		at            Place
		want          uint64 // delivered
		left          string
	}{
		{"nothing of it", "before\n", at, 1, "before\n"},
		{"a part", "before\nnew", at, 1, "before\n"},
		{"all", "before\nline\n", at, 2, "before\nline\n"},
		{"more than all", "before\nline\nof others\n", at, 2, "before\nline\nof others\n"},
		{"less than before", "be", at, 1, "be"},
		{"another file in its place", "before\nne", other, 1, "before\nne"},
		{"a pipe", "before\nline\n", Place{Length: 5}, 1, "before\nline\n"},
		{"a file that is gone", "before\nline\n", moved(path + "x"), 1, "before\nline\n"},
		{"a directory that is none", "before\nline\n", moved(path + "/x"), 1, "before\nline\n"},
		{"a symbolic link", "before\nne", moved(link), 1, "before\nne"},
		{"a pipe by name", "before\nne", moved(fifo), 1, "before\nne"},
		{"a directory", "before\nne", moved(dir), 1, "before\nne"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j, mem := newJournal(t)
			if err := j.Prepare(progressOf(1), Place{}); err != nil {
				t.Fatal(err)
			}
			j.Commit()
			if err := j.Prepare(progressOf(2), tt.at); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second finds nothing to do, as after it was killed itself
				j, err := Open(mem)
				if err != nil {
					t.Fatal(err)
				}
				if err := j.Settle(); err != nil {
					t.Fatal(err)
				}
				if got := delivered(j).Sequence; got != tt.want {
					t.Errorf("%d is delivered, want %d", got, tt.want)
				}
				if got, err := os.ReadFile(path); err != nil || string(got) != tt.left {
					t.Errorf("the file has %q, want %q (%v)", got, tt.left, err)
				}
			}
		})
	}
}
