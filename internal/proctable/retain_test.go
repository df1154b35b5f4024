package proctable

import (
	"testing"
	"time"

	"github.com/exectrail/exectrail/event"
)

// TestExpiryKeepsAncestors runs whole histories through a table that drops as
// early as it may: a live process still descends from all its creators.
func TestExpiryKeepsAncestors(t *testing.T) {
	const maxProcesses = 12
	dropped := 0
	for seed := range uint64(histories) {
		h := newHistoryFrom(seed, 0)
		tab := New("boot", Options{Grace: 20 * tick, MaxProcesses: maxProcesses})
		tab.Snapshot(&Snapshot{Time: 1, ID: h.stream[0].creator, Name: []byte("init"), Executable: []byte("/init")})
		running := map[*task]bool{}
		for _, r := range h.stream {
			p, _ := r.feed(tab)
			if running[r.task] = r.exit == nil; r.exit != nil {
				delete(running, r.task)
			}
			if p.Executable == "" && !r.task.kernel {
				t.Fatalf("seed %d: %s: was dropped too early", seed, lineage(p))
			}
			for k := range running {
				checkCreators(t, tab, k)
			}
			tab.trim()
			if n := unneeded(tab); n > 0 && tab.Len() > maxProcesses {
				t.Fatalf("seed %d: %d exited processes are kept for nothing", seed, n)
			}
			checkInvariants(t, tab)
		}
		dropped += len(h.all) - tab.Len()
	}
	if dropped == 0 {
		t.Error("nothing was ever dropped")
	}
}

func checkCreators(t *testing.T, tab *Table, k *task) {
	t.Helper()
	p := tab.Lookup(k.id.key())
	for ; k != nil; k = k.creator {
		if p == nil || p.Key != k.id.key() {
			t.Fatalf("%v is missing", k.id)
		}
		p = p.Parent
	}
}

// unneeded counts the exited processes that no live one descends from.
func unneeded(tab *Table) int {
	needed := map[*entry]bool{}
	for _, e := range tab.procs {
		for a := e; !e.Exited && a != nil && !needed[a]; a = a.parent {
			needed[a] = true
		}
	}
	return len(tab.procs) - len(needed)
}

// TestWanderer lets a process fork and exit, its child too, and so on: a lineage without end.
func TestWanderer(t *testing.T) {
	const generations, maxProcesses = 50_000, 10_000
	tab := New("boot", Options{Grace: time.Second, MaxProcesses: maxProcesses})
	var p *event.Process
	last := ID{PID: 1, Start: 1}
	tab.Snapshot(&Snapshot{Time: 1, ID: last})
	for i := range uint64(generations) {
		next := ID{PID: uint32(2 + i%30_000), Start: 1000 + i*1000}
		p = tab.Fork(&Fork{Time: next.Start, ID: next, Parent: last})
		tab.Exit(next.Start+10, last)
		last = next
		if n := tab.Len(); n > maxProcesses+2*maxDepth+2 {
			t.Fatalf("%d processes are kept after %d generations", n, i)
		}
	}
	depth := 0
	for range p.Ancestors {
		depth++
	}
	if depth != maxDepth {
		t.Errorf("the last process shows %d ancestors, want %d", depth, maxDepth)
	}
	checkInvariants(t, tab)
}

// TestCutSparesTheLiving has a lineage of live processes that is too deep, and more
// exited ones far up in it than may be kept: only what is above those is parted from it.
func TestCutSparesTheLiving(t *testing.T) {
	const maxProcesses, from, to = 100, 5, 20
	id := func(i int) ID { return ID{PID: uint32(1 + i), Start: 2} }
	tab := New("boot", Options{MaxProcesses: maxProcesses})
	for i := range 3 * maxDepth {
		p := tab.Fork(&Fork{Time: 1, ID: id(i + 1), Parent: id(i)})
		if p.Parent == nil {
			t.Fatalf("%v has no parent", id(i+1))
		}
		if i >= from && i <= to {
			tab.Exit(1, id(i))
		}
	}
	for i := range 3 * maxDepth {
		p := tab.Lookup(id(i).key())
		if live := i < from || i > to; live && i > 0 && (p == nil || p.Parent == nil) {
			t.Fatalf("the live process %v lost its parent", id(i))
		}
	}
	if p := tab.Lookup(id(to).key()); p == nil || p.Parent != nil || tab.exited != 1 {
		t.Errorf("the lineage was not cut at %v: %d exited processes are left", id(to), tab.exited)
	}
	checkInvariants(t, tab)
}

// TestStorm has a live parent and more children that come and go than may be kept.
func TestStorm(t *testing.T) {
	const maxProcesses = 1000
	tab := New("boot", Options{MaxProcesses: maxProcesses})
	for i := range uint64(20_000) {
		id := ID{PID: uint32(2 + i), Start: 1000 + i*1000}
		tab.Fork(&Fork{Time: id.Start, ID: id, Parent: ID{PID: 1, Start: 1}})
		p := tab.Exit(id.Start+10, id)
		if tab.Lookup(p.Key) != p {
			t.Fatalf("%v was dropped while its exit is being told", id)
		}
		if n := tab.Len(); n > maxProcesses+2 {
			t.Fatalf("%d processes are kept", n)
		}
	}
	// All are over once a grace period has passed.
	tab.Exit(1e12, ID{PID: 1, Start: 1})
	if tab.Len() != 1 {
		t.Errorf("%d processes are left", tab.Len())
	}
}

// TestTimeJump feeds a time that cannot be: what comes after is still bounded.
func TestTimeJump(t *testing.T) {
	tab := New("boot", Options{MaxProcesses: 10})
	tab.Exit(1<<64-1, ID{PID: 1, Start: 1})
	for i := range uint32(100) {
		tab.Exit(uint64(i), ID{PID: 2 + i, Start: 2})
	}
	if n := tab.Len(); n > 10+1 {
		t.Errorf("%d processes are kept", n)
	}
	checkInvariants(t, tab)
}

// TestDeepLineage keeps a lineage deeper than anyone can see, as long as there is room,
// and drops it without recursion.
func TestDeepLineage(t *testing.T) {
	const depth = 200_000
	id := func(i int) ID { return ID{PID: uint32(1 + i), Start: 2} }
	tab := New("boot", Options{MaxProcesses: lineageShare * depth})
	for i := range depth {
		tab.Fork(&Fork{Time: 1, ID: id(i + 1), Parent: id(i)})
		tab.Exit(2, id(i))
	}
	tab.Exit(1e12, ID{PID: 1, Start: 3})
	if want := depth + 2; tab.Len() != want {
		t.Errorf("%d processes, want %d", tab.Len(), want)
	}
	tab.Exit(2e12, id(depth))
	tab.Exit(3e12, ID{PID: 1, Start: 4})
	if tab.Len() != 1 {
		t.Errorf("%d processes are left", tab.Len())
	}
}
