package proctable

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/exectrail/exectrail/event"
)

const (
	boundProcesses = 64
	boundText      = 4096
	boundGrace     = 50 // ns; each step is one
	longestImage   = 15 + 50 + 50 + maxArgs
)

// crowd is a machine whose processes all must be known, exited ones as long as live ones descend from them.
type crowd struct {
	rng     *rand.Rand
	now     uint64
	live    []*member
	exited  []*member // of those only that the table still had
	nextPID uint32

	evicted uint64 // that left the table in their grace period
	added   int    // bytes of text in the last step, at most
}

type member struct {
	id                    ID
	parent                *member
	name, executable, dir string
	args                  string
	exitedAt              uint64
}

// TestBounds lets processes come and go at random under tiny limits. Whatever is dropped, each live
// process has all its ancestors, and no more is kept than has to be.
func TestBounds(t *testing.T) {
	var most Stats
	crowded := 0
	for seed := range uint64(12) {
		c := &crowd{rng: rand.New(rand.NewPCG(seed, 3)), now: 1000, nextPID: 1}
		tab := New(bootID, Options{Grace: boundGrace, MaxProcesses: boundProcesses, MaxText: boundText})
		first := c.spawn(nil)
		tab.Snapshot(&Snapshot{Time: c.now, ID: first.id, Name: []byte(first.name), Executable: []byte(first.executable), Directory: []byte(first.dir)})
		target := 0
		for step := range 1500 {
			if step%150 == 0 {
				target = 1 + c.rng.IntN(boundProcesses*5/4)
			}
			needed, before := len(c.needed()), tab.Stats()
			c.step(tab, target)
			checkInvariants(t, tab)
			c.check(t, tab)
			after := tab.Stats()
			full := tab.Len() > boundProcesses+1 || after.TextBytes > boundText+c.added
			if full && tab.Len() > needed+1 {
				t.Errorf("%d processes are kept, %d are needed: %+v", tab.Len(), needed, after)
			}
			if after.ArgsCut > before.ArgsCut && before.TextBytes <= boundText {
				t.Errorf("arguments were cut, though there was room: %+v", before)
			}
			if needed > boundProcesses {
				crowded++
			}
			if t.Failed() {
				t.Fatalf("seed %d, step %d", seed, step)
			}
		}
		s := tab.Stats()
		most.Evicted, most.ArgsCut = max(most.Evicted, s.Evicted), max(most.ArgsCut, s.ArgsCut)
	}
	if most.Evicted == 0 || most.ArgsCut == 0 || crowded == 0 {
		t.Errorf("the crowds are too tame: %+v, %d steps with more than the limit", most, crowded)
	}
}

// step lets one process fork, exec or exit, so that about target live.
func (c *crowd) step(tab *Table, target int) {
	c.now++
	c.added = 0
	m := c.live[c.rng.IntN(len(c.live))]
	switch execs := c.rng.IntN(10) < 4; {
	case !execs && len(c.live) < target:
		child := c.spawn(m)
		tab.Fork(&Fork{Time: c.now, ID: child.id, Parent: m.id, Name: []byte(child.name)})
	case !execs && m.parent != nil:
		m.exitedAt = c.now
		c.live = slices.DeleteFunc(c.live, func(l *member) bool { return l == m })
		c.exited = append(c.exited, m)
		tab.Exit(c.now, m.id)
	default:
		m.id.ExecID++
		was := m.name
		c.image(m)
		tab.Exec(&Exec{
			Time: c.now, ID: m.id, Parent: m.parentID(), PreviousName: []byte(was), Name: []byte(m.name),
			Executable: []byte(m.executable), Directory: []byte(m.dir), Args: []byte(m.args),
		})
	}
}

func (c *crowd) spawn(parent *member) *member {
	m := &member{name: "init", executable: "/init", dir: "/"}
	if parent != nil {
		*m = *parent
		m.parent = parent
	}
	m.id.PID, m.id.Start = c.nextPID, c.now
	c.nextPID++
	c.live = append(c.live, m)
	return m
}

// image gives m another image, most with few arguments and some with many.
func (c *crowd) image(m *member) {
	m.name = fmt.Sprintf("p%d-%d", m.id.PID, m.id.ExecID)
	m.executable = strings.Repeat("/d", c.rng.IntN(10)) + "/" + m.name
	m.dir = strings.Repeat("/w", 1+c.rng.IntN(10))
	longest := 100
	if c.rng.IntN(10) == 0 {
		longest = maxArgs
	}
	m.args = m.executable + strings.Repeat("\x00x", c.rng.IntN((longest-len(m.executable))/2)) + "\x00"
	c.added = len(m.name) + len(m.executable) + len(m.dir) + len(m.args)
}

func (m *member) parentID() ID {
	if m.parent == nil {
		return ID{}
	}
	return m.parent.id
}

// needed returns the live processes and their ancestors.
func (c *crowd) needed() map[*member]bool {
	needed := map[*member]bool{}
	for _, m := range c.live {
		for ; m != nil && !needed[m]; m = m.parent {
			needed[m] = true
		}
	}
	return needed
}

func (c *crowd) check(t *testing.T, tab *Table) {
	t.Helper()
	text := boundText + 2*longestImage
	for m := range c.needed() {
		p := tab.Lookup(m.id.key())
		if p == nil {
			t.Fatalf("%v is missing", m.id)
		}
		m.check(t, p)
		text += len(m.name) + len(m.executable) + len(m.dir) + min(len(m.args), fewArgs)
	}
	c.exited = slices.DeleteFunc(c.exited, func(m *member) bool {
		gone := tab.Lookup(m.id.key()) == nil
		if gone && c.now-m.exitedAt < boundGrace {
			c.evicted++
		}
		return gone
	})
	s := tab.Stats()
	if s.Live != len(c.live) || s.Exited != len(c.exited) || s.Evicted != c.evicted {
		t.Errorf("%d live, %d exited, %d evicted: the table tells %+v", len(c.live), len(c.exited), c.evicted, s)
	}
	if s.TextBytes > text {
		t.Errorf("%d bytes of text are kept, more than %d", s.TextBytes, text)
	}
}

// check checks that p tells the truth of m: all of it but perhaps the end of argv.
func (m *member) check(t *testing.T, p *event.Process) {
	t.Helper()
	if p.Key != m.id.key() || p.ExecID != m.id.ExecID || p.Name != m.name || p.Executable != m.executable || p.Directory != m.dir {
		t.Fatalf("%s: should be %+v", lineage(p), m)
	}
	if p.Exited != (m.exitedAt != 0) || (p.Parent == nil) != (m.parent == nil) || p.Parent != nil && p.Parent.Key != m.parent.id.key() {
		t.Fatalf("%s: should be a child of %v", lineage(p), m.parentID())
	}
	if want := min(len(m.args), maxArgs); p.ArgsCut {
		want = fewArgs
		if p.Args != m.args[:want] {
			t.Fatalf("%s: has the arguments %q", lineage(p), p.Args)
		}
	} else if p.Args != m.args {
		t.Fatalf("%s: has the arguments %q, want all %d bytes", lineage(p), p.Args, want)
	}
}

// TestSharedText has children that share the arguments of their parent: these count once, until the last is gone.
func TestSharedText(t *testing.T) {
	tab := New(bootID, Options{Grace: -1})
	parent := ID{PID: 2, Start: 2, ExecID: 1}
	tab.Exec(&Exec{Time: 2, ID: parent, Name: []byte("make"), Executable: []byte("/bin/make"), Args: []byte("make\x00all\x00")})
	want := len("/bin/make") + len("make\x00all\x00")
	for i := range uint32(10) {
		tab.Fork(&Fork{Time: 3, ID: ID{PID: 3 + i, Start: 3, ExecID: 1}, Parent: parent, Name: []byte("make")})
	}
	tab.Exec(&Exec{Time: 4, ID: ID{PID: 2, Start: 2, ExecID: 2}, Name: []byte("sh"), Executable: []byte("/bin/sh")})
	if got := tab.Stats().TextBytes; got != want+len("/bin/sh") {
		t.Errorf("%d bytes of text, want %d", got, want+len("/bin/sh"))
	}
	for i := range uint32(10) {
		tab.Exit(5, ID{PID: 3 + i, Start: 3, ExecID: 1})
	}
	tab.Exit(6, ID{PID: 1, Start: 1})
	if got := tab.Stats().TextBytes; got != len("/bin/sh") {
		t.Errorf("%d bytes of text are left, want %d", got, len("/bin/sh"))
	}
	checkInvariants(t, tab)
}

// TestEntrySize holds an entry to a size class of the Go allocator.
func TestEntrySize(t *testing.T) {
	if n := unsafe.Sizeof(entry{}); n > 208 {
		t.Errorf("an entry has %d bytes: the next size class is 224", n)
	}
}
