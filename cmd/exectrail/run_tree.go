package main

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/procfs"

	"github.com/exectrail/exectrail/event"
)

// liveTree is which processes of a tree live, by their events. It calls stop when the last one has ended, once it was told that nothing
// else is waited for.
type liveTree struct {
	stop context.CancelFunc

	mu      sync.Mutex
	alive   map[uint32]bool // by process id in the initial pid namespace
	begun   bool            // there was a process
	last    bool            // nothing else is waited for
	missing bool            // events were lost, so that one here may have ended
}

func newLiveTree(stop context.CancelFunc) *liveTree {
	return &liveTree{stop: stop, alive: map[uint32]bool{}}
}

// see takes the next event.
func (t *liveTree) see(e event.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch e := e.(type) {
	case *event.Fork:
		t.add(e.Process)
	case *event.Exec:
		t.add(e.Process)
	case *event.ExecFailed:
		t.add(e.Process)
	case *event.Exit:
		if e.Process != nil {
			t.begun = true
			delete(t.alive, e.Process.Key.PID)
		}
	case *event.Lost:
		t.missing = true
	}
	t.check()
}

func (t *liveTree) add(p *event.Process) {
	if p != nil {
		t.begun = true
		t.alive[p.Key.PID] = true
	}
}

// addBelow takes in a process and what runs below it now.
func (t *liveTree) addBelow(pid int) error {
	all, err := procfs.AllProcs()
	if err != nil {
		return err
	}
	children := map[int][]int{}
	for _, p := range all {
		if stat, err := p.Stat(); err == nil { // else it has ended
			children[stat.PPID] = append(children[stat.PPID], p.PID)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begun = true
	for next := []int{pid}; len(next) > 0; next = next[1:] {
		t.alive[uint32(next[0])] = true
		next = append(next, children[next[0]]...)
	}
	return nil
}

// waitForRest waits for nothing else from now on.
func (t *liveTree) waitForRest(ctx context.Context) {
	t.mu.Lock()
	t.last = true
	t.check()
	t.mu.Unlock()
	for tick := time.NewTicker(time.Second); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
			t.forgetGone()
		}
	}
}

// forgetGone leaves out what is not there any more, where the event that tells of it may have been lost.
func (t *liveTree) forgetGone() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.missing {
		return
	}
	for pid := range t.alive {
		if !isProcess(int(pid)) {
			delete(t.alive, pid)
		}
	}
	t.begun = true
	t.check()
}

func (t *liveTree) check() {
	if t.last && t.begun && len(t.alive) == 0 {
		t.stop()
	}
}
