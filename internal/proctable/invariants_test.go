package proctable

import "testing"

// checkInvariants checks all that must hold between two calls, whatever was fed.
func checkInvariants(t *testing.T, tab *Table) {
	t.Helper()
	children := map[*entry]uint32{}
	exited := 0
	youngest := map[uint32]*entry{} // until the end of a merge several may seem to live with one pid
	for k, e := range tab.procs {
		if e.Key != k || len(e.EntityID) != entityIDLen {
			t.Fatalf("entry %v has key %v and entity id %q", k, e.Key, e.EntityID)
		}
		if (e.parent == nil) != (e.Parent == nil) || e.parent != nil && e.Parent != &e.parent.Process {
			t.Fatalf("%v: the two parents differ", k)
		}
		if p := e.parent; p != nil {
			children[p]++
			if tab.procs[p.Key] != p {
				t.Fatalf("%v: its parent %v was dropped", k, p.Key)
			}
			if !older(p.Key, k) {
				t.Fatalf("%v: its parent %v is younger", k, p.Key)
			}
		}
		if e.Exited {
			exited++
		} else if y := youngest[k.PID]; y == nil || y.Key.Start < k.Start {
			youngest[k.PID] = e
		}
	}
	for k, e := range tab.procs {
		if e.children != children[e] {
			t.Fatalf("%v counts %d children and has %d", k, e.children, children[e])
		}
		if e.Exited && !e.queued && e.children == 0 {
			t.Fatalf("%v is kept for nothing", k)
		}
		if !e.Exited && !tab.merging() && youngest[k.PID] != e {
			t.Fatalf("%v lives while a younger process has its pid", k)
		}
	}
	if exited != tab.exited {
		t.Fatalf("%d exited processes are counted as %d", exited, tab.exited)
	}
	if len(tab.pids) != len(youngest) && !tab.merging() {
		t.Fatalf("%d pids are known and %d in use", len(tab.pids), len(youngest))
	}
	for pid, e := range tab.pids {
		if tab.procs[e.Key] != e || e.Exited || youngest[pid] != e && !tab.merging() {
			t.Fatalf("pid %d is that of %v", pid, e.Key)
		}
	}
	if len(tab.merge.gone) > tab.maxProcesses {
		t.Fatalf("%d exits wait for the end of the merge", len(tab.merge.gone))
	}
	for k := range tab.merge.visited {
		if tab.procs[k] == nil {
			t.Fatalf("the visit of %v outlives it", k)
		}
	}
	at, queued := uint64(0), 0
	for e := tab.queue.first; e != nil; e = e.next {
		if !e.queued || !e.Exited || e.exitedAt < at || tab.procs[e.Key] != e {
			t.Fatalf("%v does not belong at its place in the queue", e.Key)
		}
		at = e.exitedAt
		queued++
	}
	if queued != tab.queue.len {
		t.Fatalf("%d processes in the queue are counted as %d", queued, tab.queue.len)
	}
	checkTexts(t, tab)
}

// checkTexts checks that all text is counted, and nothing else.
func checkTexts(t *testing.T, tab *Table) {
	t.Helper()
	users := map[uint32]uint32{}
	add := func(p *process) {
		if users[p.text]++; p.text == 0 {
			return
		}
		// The executable can lie in the arguments.
		least := len(p.Directory) + max(len(p.Executable), len(p.Args))
		if size := int(tab.texts.list[p.text].size); size < least {
			t.Fatalf("%v shows %d bytes of a text of %d", p.Key, least, size)
		}
	}
	for _, e := range tab.procs {
		add(&e.process)
	}
	for _, v := range tab.merge.visited {
		add(&v.process)
	}
	add(&tab.late)
	delete(users, 0)
	bytes, unused := 0, 0
	for i, n := range users {
		bytes += int(tab.texts.list[i].size)
		if tab.texts.list[i].users != n {
			t.Fatalf("text %d has %d users and counts %d", i, n, tab.texts.list[i].users)
		}
	}
	for i := tab.texts.free; i != 0; i = tab.texts.list[i].size {
		unused++
	}
	if bytes != tab.texts.bytes || len(users)+unused != max(len(tab.texts.list)-1, 0) {
		t.Fatalf("%d texts of %d bytes are counted as %d bytes; %d of %d are not in use",
			len(users), bytes, tab.texts.bytes, unused, len(tab.texts.list))
	}
}
