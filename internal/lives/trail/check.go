package trail

import (
	"fmt"
	"time"

	"github.com/exectrail/exectrail/internal/lives"
)

// maxAge is how far times may be from the beginning of a run. Differences of two such times are no longer than a time.Duration can be.
const maxAge = 100 * 365 * 24 * time.Hour

// limits are how much there may be in a run.
type limits struct{ processes, execs int }

func bounds() limits { return limits{lives.MaxProcesses, lives.MaxExecs} }

// check returns an error unless r is within its bounds, and has what those rely on that use it.
func (m limits) check(r *lives.Run) error {
	if n := len(r.Processes); n > m.processes {
		return fmt.Errorf("%d processes: there may be %d", n, m.processes)
	}
	if y := r.Begin.Year(); y < 1 || y > 9999 {
		return fmt.Errorf("the run begins in the year %d", y)
	}
	if r.End.Before(r.Begin) || r.End.Sub(r.Begin) > maxAge {
		return fmt.Errorf("the run ends %v after its beginning", r.End.Sub(r.Begin))
	}
	execs, previous := 0, time.Time{}
	for i := range r.Processes {
		p := &r.Processes[i]
		if err := checkProcess(r, i, previous); err != nil {
			return fmt.Errorf("process %d (pid %d): %w", i, p.PID, err)
		}
		previous = p.Start
		if execs += len(p.Programs) + len(p.Failed); execs > m.execs {
			return fmt.Errorf("more than %d execs", m.execs)
		}
	}
	return nil
}

func checkProcess(r *lives.Run, i int, previous time.Time) error {
	p := &r.Processes[i]
	times := []time.Time{p.Start}
	for k := range p.Programs {
		times = append(times, p.Programs[k].Time)
	}
	if p.Ended() {
		times = append(times, p.End)
	}
	switch {
	case p.Parent < -1 || p.Parent >= i:
		return fmt.Errorf("its parent is process %d, which does not stand before it", p.Parent)
	case i > 0 && p.Start.Before(previous):
		return fmt.Errorf("it starts before the one before it")
	case p.ExitCode < 0 || p.ExitCode > 255 || p.Signal < 0 || p.Signal > 127:
		return fmt.Errorf("there is no exit with status %d and signal %d", p.ExitCode, p.Signal)
	case p.UserCPU < 0 || p.SystemCPU < 0 || p.UserCPU > maxAge || p.SystemCPU > maxAge:
		return fmt.Errorf("it used %v and %v of CPU time", p.UserCPU, p.SystemCPU)
	}
	for k := range p.Failed {
		if !near(r, p.Failed[k].Time) {
			return fmt.Errorf("a failed exec is out of time: %v", p.Failed[k].Time)
		}
	}
	for k, t := range times {
		if !near(r, t) || k > 0 && t.Before(times[k-1]) {
			return fmt.Errorf("its times are out of order: %v", t)
		}
	}
	return nil
}

// near reports whether t is not too far from the beginning of r.
func near(r *lives.Run, t time.Time) bool {
	return !t.Before(r.Begin.Add(-maxAge)) && !t.After(r.Begin.Add(maxAge))
}
