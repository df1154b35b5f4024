package table

import "time"

// idleTime is for how long, up to twice that, no event must come until walks are taken to be over.
const idleTime = 100 * time.Millisecond

// idleTimer tells when no event came for a while. It runs only while somebody waits for that.
type idleTimer struct {
	expire func() // the timer's call
	timer  *time.Timer
	armed  bool
	busy   bool // an event came since the timer was started
}

// event is called for each event. It starts the timer if that is wanted, unless it runs.
func (i *idleTimer) event(wanted bool) {
	i.busy = true
	if wanted && !i.armed {
		i.start()
	}
}

func (i *idleTimer) start() {
	i.armed, i.busy = true, false
	if i.timer == nil {
		i.timer = time.AfterFunc(idleTime, i.expire)
	} else {
		i.timer.Reset(idleTime)
	}
}

// stop stops the timer. A call that is under way finds that it is not armed.
func (i *idleTimer) stop() {
	if i.armed {
		i.timer.Stop()
	}
	i.armed = false
}

// expire shows the walks that wait when no event came since the timer was started. Else it starts it again.
func (t *Table) expire() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.idle.armed {
		return
	}
	t.idle.armed = false
	switch {
	case len(t.walks.open) == 0:
	case t.idle.busy:
		t.idle.start()
	default:
		_ = t.finish() // the writer keeps the error
		t.out.Push()
	}
}
