package proctable

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/exectrail/exectrail/event"
)

const histories = 400

// TestMerge attaches to machines at work: whatever the moments of the visits and
// the order of the snapshot, the table shows the truth.
func TestMerge(t *testing.T) {
	previous, stale := 0, 0
	for seed := range uint64(histories) {
		h := newHistory(seed)
		tab := New("boot", Options{Grace: time.Hour})
		h.load(tab)
		for _, r := range h.stream {
			if v := tab.merge.visited[r.task.id.key()]; v != nil && r.exec != nil && r.exec.ID.ExecID < v.ExecID {
				stale++
			}
			p, before := r.feed(tab)
			h.checkTrue(t, p)
			checkInvariants(t, tab)
			if p.Exited != (r.exit != nil) {
				t.Fatalf("seed %d: %s: exited is wrong", seed, lineage(p))
			}
			switch {
			case r.fork != nil:
				if p.Parent == nil || p.Parent.Key != r.creator.key() || p.Parent.ExecID != r.creator.ExecID {
					t.Fatalf("seed %d: %s: created by %v", seed, lineage(p), r.creator)
				}
			case r.exec != nil:
				if p.Executable != string(r.exec.Executable) || p.Name != string(r.exec.Name) {
					t.Fatalf("seed %d: %s: wrong image", seed, lineage(p))
				}
				if before == nil && r.task.traced {
					t.Fatalf("seed %d: %s: the image before is not known", seed, lineage(p))
				}
				if before != nil {
					previous++
					h.checkTrue(t, before)
					if before.ExecID != r.was || before.Name != string(r.exec.PreviousName) {
						t.Fatalf("seed %d: %s: was %s", seed, lineage(p), describe(before))
					}
				}
			}
			if r.task.traced && (p.Parent == nil || p.Parent.Key != r.creator.key()) {
				t.Fatalf("seed %d: %s: created by %v", seed, lineage(p), r.creator)
			}
		}
		h.checkWhole(t, tab)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	if previous == 0 || stale == 0 {
		t.Errorf("the histories are too tame: %d previous images, %d execs behind the snapshot", previous, stale)
	}
}

// TestMergeWithLoss does the same with every fifth record of the stream and
// some visits missing: then not all is known, but still nothing is invented.
func TestMergeWithLoss(t *testing.T) {
	for seed := range uint64(histories) {
		h := newHistory(seed)
		h.snapshot = slices.DeleteFunc(h.snapshot, func(Snapshot) bool { return h.rng.IntN(10) == 0 })
		tab := New("boot", Options{Grace: time.Hour})
		h.load(tab)
		for _, r := range h.stream {
			if h.rng.IntN(5) == 0 {
				continue
			}
			p, before := r.feed(tab)
			h.checkTrue(t, p)
			if before != nil {
				h.checkTrue(t, before)
			}
			checkInvariants(t, tab)
		}
		tab.Reconcile(func(k event.Key) bool { return !h.all[k].exited })
		for k, e := range tab.procs {
			h.checkTrue(t, &e.Process)
			if e.Exited != h.all[k].exited {
				t.Errorf("%s: exited is wrong", lineage(&e.Process))
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// load feeds the snapshot in a random order.
func (h *history) load(tab *Table) {
	rand.New(h.rng).Shuffle(len(h.snapshot), func(i, j int) {
		h.snapshot[i], h.snapshot[j] = h.snapshot[j], h.snapshot[i]
	})
	for i := range h.snapshot {
		tab.Snapshot(&h.snapshot[i])
	}
}

func (r *record) feed(tab *Table) (process, previous *event.Process) {
	switch {
	case r.fork != nil:
		return tab.Fork(r.fork), nil
	case r.exec != nil:
		return tab.Exec(r.exec)
	default:
		return tab.Exit(r.time, *r.exit), nil
	}
}

// checkTrue checks that p and its ancestors existed, ran what they are said to run, and
// had the parents they are said to have.
func (h *history) checkTrue(t *testing.T, p *event.Process) {
	t.Helper()
	for whole := p; p != nil; p = p.Parent {
		k := h.all[p.Key]
		if k == nil {
			t.Fatalf("%s: %v never was", lineage(whole), p.Key)
		}
		g := k.images[p.ExecID]
		if g == nil {
			t.Fatalf("%s: %v never ran image %d", lineage(whole), p.Key, p.ExecID)
		}
		if p.Name != "" && !slices.Contains(g.names, p.Name) {
			t.Fatalf("%s: %v never had that name", lineage(whole), p.Key)
		}
		if p.Executable != "" && (p.Executable != g.executable || p.Args != g.args || p.Directory != g.directory) {
			t.Fatalf("%s: %v ran %s", lineage(whole), p.Key, g.executable)
		}
		if p.Parent != nil && !slices.ContainsFunc(k.parents, func(c *task) bool { return c != nil && c.id.key() == p.Parent.Key }) {
			t.Fatalf("%s: %v never was a child of %v", lineage(whole), p.Key, p.Parent.Key)
		}
	}
}

// checkWhole checks that the table, once it has got all records, knows all
// that can be known, and nothing else.
func (h *history) checkWhole(t *testing.T, tab *Table) {
	t.Helper()
	for k, e := range tab.procs {
		if h.checkTrue(t, &e.Process); e.Exited != h.all[k].exited {
			t.Errorf("%s: exited is wrong", lineage(&e.Process))
		}
	}
	for key, k := range h.all {
		e := tab.procs[key]
		switch {
		case e == nil:
			if k.traced || !k.exited {
				t.Errorf("%v is missing", key)
			}
			continue
		case e.ExecID != k.id.ExecID && !k.exited:
			t.Errorf("%s: runs image %d", lineage(&e.Process), k.id.ExecID)
		}
		if g := k.images[e.ExecID]; g.knowable() && (e.Name == "" || e.Executable != g.executable || e.UID != g.uid) {
			t.Errorf("%s: runs %s as %d", lineage(&e.Process), g.executable, g.uid)
		}
		switch parent := k.knowable(); {
		case parent == nil && e.Parent != nil, parent != nil && (e.Parent == nil || e.Parent.Key != parent.id.key()):
			t.Errorf("%s: its parent is %v", lineage(&e.Process), parentID(k))
		}
	}
}
