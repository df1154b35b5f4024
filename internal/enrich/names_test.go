package enrich

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestParseNames(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       map[uint32]string
	}{
		{"empty", "", nil},
		{"users", "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/sh\n", map[uint32]string{0: "root", 1000: "ann"}},
		{"groups", "wheel:x:10:ann,bob\nusers:x:100:\n", map[uint32]string{10: "wheel", 100: "users"}},
		{"the first of an id counts", "root:x:0:0::/:/bin/sh\ntoor:x:0:0::/:/bin/sh\n", map[uint32]string{0: "root"}},
		{"one name, two ids", "ann:x:1:1::/:\nann:x:2:2::/:\n", map[uint32]string{1: "ann", 2: "ann"}},
		{"no newline at the end", "ann:x:1000:1000", map[uint32]string{1000: "ann"}},
		{"no more than the id", "ann::1000\n", map[uint32]string{1000: "ann"}},
		{"odd lines", "\n:\n::\n:::\n# root:x:0\n+::::::\n-bob\nann\nann:x\nann:x:\nann:x:one:\nann:x:-1:\nann:x: 1:\nann:x:1x:\n:x:1:\n", nil},
		{"ids at their limit", "a:x:4294967294:\nb:x:4294967296:\nc:x:99999999999999999999:\n", map[uint32]string{4294967294: "a"}},
		{"lines of another system", "ann:x:1000:\r\nbob:x:1001\r\n", map[uint32]string{1000: "ann", 1001: "bob"}},
		{"any byte", "a\xff\x1b[m:x:7:\n", map[uint32]string{7: "a\xff\x1b[m"}},
		{"a long line", "many:x:1:" + strings.Repeat("member,", 1<<20) + "\nlast:x:2:\n", map[uint32]string{1: "many", 2: "last"}},
		{"a name that is too long", strings.Repeat("n", 1<<20) + ":x:1:\nlast:x:2:\n", map[uint32]string{2: "last"}},
		{"an id that would be cut", strings.Repeat("n", 4091) + ":x:1000:\nlast:x:2:\n", map[uint32]string{2: "last"}},
	} {
		if got := parseNames(strings.NewReader(test.text)); !maps.Equal(got, test.want) {
			t.Errorf("%s: got %.200s, want %v", test.name, fmt.Sprint(got), test.want)
		}
	}
}

// lookups looks names up in a file, at times that pass as the test wants.
type lookups struct {
	t     *testing.T
	path  string
	names *Names
	now   time.Time
}

func newLookups(t *testing.T) *lookups {
	path := filepath.Join(t.TempDir(), "passwd")
	return &lookups{t: t, path: path, names: NewNames(path), now: time.Unix(1_000_000, 0)}
}

func (l *lookups) write(content string, modified int64) {
	l.t.Helper()
	if err := os.WriteFile(l.path, []byte(content), 0o644); err != nil {
		l.t.Fatal(err)
	}
	at := time.Unix(modified, 0)
	if err := os.Chtimes(l.path, at, at); err != nil {
		l.t.Fatal(err)
	}
}

func (l *lookups) want(id uint32, want string) {
	l.t.Helper()
	if got := l.names.Lookup(id, l.now); got != want {
		l.t.Errorf("%d: got %q, want %q", id, got, want)
	}
}

func TestLookup(t *testing.T) {
	l := newLookups(t)
	l.write("ann:x:1000:\n", 1)
	l.want(1000, "ann")
	l.want(1001, "")
}

func TestChangedFile(t *testing.T) {
	l := newLookups(t)
	l.write("ann:x:1000:\n", 1)
	l.want(1000, "ann")

	l.write("eve:x:1000:\nbob:x:1001:\n", 2)
	l.now = l.now.Add(999 * time.Millisecond)
	l.want(1000, "ann") // looked at once a second
	l.now = l.now.Add(time.Millisecond)
	l.want(1000, "eve")
	l.want(1001, "bob")

	l.write("jim:x:1000:\nbob:x:1001:\n", 3) // as long as before
	l.now = l.now.Add(time.Second)
	l.want(1000, "jim")
}

// TestClockSetBack finds that the file is looked at again when the clock was set back.
func TestClockSetBack(t *testing.T) {
	l := newLookups(t)
	l.write("ann:x:1000:\n", 1)
	l.want(1000, "ann")
	l.write("eve:x:1000:\n", 2)
	l.now = l.now.Add(-time.Hour)
	l.want(1000, "eve")
}

func TestMissingFile(t *testing.T) {
	l := newLookups(t)
	l.want(1000, "")
	l.write("ann:x:1000:\n", 1)
	l.now = l.now.Add(time.Second)
	l.want(1000, "ann")

	if err := os.Remove(l.path); err != nil {
		t.Fatal(err)
	}
	l.now = l.now.Add(time.Second)
	l.want(1000, "")
	l.write("ann:x:1000:\n", 1) // as it was before
	l.now = l.now.Add(time.Second)
	l.want(1000, "ann")
}

// TestUnreadable has a folder in the place of the file.
func TestUnreadable(t *testing.T) {
	l := newLookups(t)
	if err := os.Mkdir(l.path, 0o755); err != nil {
		t.Fatal(err)
	}
	l.want(0, "")
}
