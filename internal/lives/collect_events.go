package lives

import (
	"slices"
	"time"

	"github.com/exectrail/exectrail/event"
)

func (c *Collector) fork(e *event.Fork) {
	if e.Process != nil {
		c.life(e.Process, false)
	}
}

func (c *Collector) exec(e *event.Exec) {
	if e.Process == nil || c.full() {
		return
	}
	before := e.Previous
	if before == nil {
		before = e.Process
	}
	l := c.life(before, e.Previous != nil)
	if l == nil || l.Ended() { // what is gone executes nothing: the record is damaged
		return
	}
	c.execs++
	p := Program{
		Time:       l.latest(c.time(e.Boot)),
		Executable: c.text(e.Executable),
		Directory:  c.text(e.Directory),
	}
	if p.Executable == "" {
		p.Executable = c.text([]byte(e.Process.Executable))
	}
	if len(e.Interpreter) > 0 {
		p.Script = c.text(e.Filename)
	}
	p.Args, p.ArgsMissing = keepArgs(e.Args)
	l.Programs = append(l.Programs, p)
	l.own(&e.Attempt)
}

func (c *Collector) execFailed(e *event.ExecFailed) {
	if e.Process == nil || c.full() {
		return
	}
	l := c.life(e.Process, true)
	if l == nil || l.Ended() {
		return
	}
	c.execs++
	f := Failure{
		Time:     l.latest(c.time(e.Boot)),
		Filename: c.text(e.Filename),
		Errno:    int(e.Errno),
		Reason:   c.text(event.AppendFailure(nil, e)),
	}
	f.Args, _ = keepArgs(e.Args)
	l.Failed = append(l.Failed, f)
	if len(l.Programs) == 0 {
		l.own(&e.Attempt)
	}
}

func (c *Collector) exit(e *event.Exit) {
	if e.Process == nil {
		return
	}
	l := c.life(e.Process, true)
	if l == nil {
		return
	}
	l.End = l.latest(c.time(e.Boot))
	l.ExitCode, l.Signal, l.CoreDumped = int(e.Status), int(e.Signal), e.CoreDumped
	if l.Signal != 0 {
		l.ExitCode = 0
	}
	l.UserCPU, l.SystemCPU = e.Usage.UserTime, e.Usage.SystemTime
	l.MaxRSS, l.ReadBytes, l.WrittenBytes = e.Usage.MaxRSS, e.Usage.ReadBytes, e.Usage.WriteBytes
}

// full counts an exec that is beyond the limit, and reports whether it is.
func (c *Collector) full() bool {
	if c.execs < MaxExecs {
		return false
	}
	c.run.Omitted++
	return true
}

// life returns the life of p, and nil when that is beyond the limit. runs tells that p is the image that it
// ran before the event, so that one which came from an exec without an event can be told.
func (c *Collector) life(p *event.Process, runs bool) *life {
	if l := c.lives[p.Key]; l != nil {
		return l
	}
	c.between(p)
	l := c.begin(p, runs)
	if l == nil {
		c.run.Omitted++
	}
	return l
}

// between begins the lives of the ancestors of p that no event was about, below one that is known and down from the one
// that was attached to. Without them what they started would not be part of the tree.
func (c *Collector) between(p *event.Process) {
	var missing []*event.Process
	for a := range p.Ancestors {
		known := c.lives[a.Key] != nil
		if !known {
			missing = append(missing, a)
		}
		if known || c.root != 0 && a.Key.PID == c.root {
			for _, m := range slices.Backward(missing) {
				c.begin(m, true)
			}
			return
		}
	}
}

// begin begins the life of p; nil when there are too many.
func (c *Collector) begin(p *event.Process, runs bool) *life {
	if len(c.order) == MaxProcesses {
		return nil
	}
	l := &life{Process: Process{
		Key:       p.Key,
		PID:       p.Key.PID,
		Start:     c.time(p.Key.Start),
		UID:       p.UID,
		Container: string(event.AppendContainer(nil, p.Container)),
	}}
	if p.Parent != nil && p.Parent.Key.Start < p.Key.Start {
		l.parent = p.Parent.Key
	}
	if runs && executedUnseen(p) && c.execs < MaxExecs {
		c.execs++
		l.Programs = append(l.Programs, c.unseen(p))
	}
	c.lives[p.Key] = l
	c.order = append(c.order, l)
	return l
}

// executedUnseen reports whether p runs another image than the process that created it. ExecID counts execs in the line of
// descent, so the two have the same until one of them executes something.
func executedUnseen(p *event.Process) bool {
	return p.Executable != "" && (p.Parent == nil || p.Parent.ExecID != p.ExecID)
}

// latest returns t, or the time of the last that l did where that is later: damaged records must not turn a life around.
func (l *life) latest(t time.Time) time.Time {
	others := []time.Time{l.Start}
	if n := len(l.Programs); n > 0 {
		others = append(others, l.Programs[n-1].Time)
	}
	if n := len(l.Failed); n > 0 {
		others = append(others, l.Failed[n-1].Time)
	}
	for _, other := range others {
		if other.After(t) {
			t = other
		}
	}
	return t
}

// own takes over whose the process is.
func (l *life) own(a *event.Attempt) {
	l.UID, l.User = a.UID, a.User
	if a.Container != nil {
		l.Container = string(event.AppendContainer(nil, a.Container))
	}
}
