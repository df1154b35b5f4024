// Package report tells what a run did and where its time went: in numbers, in a text of one screen, in Markdown, and as a tree.
//
// The own time of a process is that in which it lived and none of the processes that it created did. So it is not what
// was spent on waiting for them, and the shell around a compiler does not stand beside it.
package report

import (
	"time"

	"github.com/exectrail/exectrail/internal/lives"
)

// Report is what there is to tell of a run.
type Report struct {
	Run  *lives.Run
	Tree *lives.Tree
	Top  int // how many entries of each list are wanted

	Processes   int
	Execs       int // programs that were executed while it was recorded
	FailedExecs int
	Searches    int // of the failed execs, those that were a step of a search along PATH
	FailedExits int // processes that ended by a signal or with a status other than 0
	Running     int // processes whose exit was not recorded

	Wall                 time.Duration // from the beginning to the end of the recording
	UserCPU, SystemCPU   time.Duration // of the processes that ended
	PeakAlive, PeakAlone int           // most processes that lived at a time, and of those that had no child that lived
	Largest              int           // the process with the greatest peak of resident memory; -1 where none is known

	Programs []Program // all of them, by their paths
	Slowest  []Slow    // by their own time, at most Top
	Repeats  []Repeat  // by the time that they took together, at most Top
	Critical Path

	// Violations are what the caller found that was not to run, all of them.
	Violations []lives.Violation
}

// New returns the report of a run, with at most top entries in each list of single things. The run
// must not change while the report is used.
func New(run *lives.Run, top int) *Report {
	r := &Report{Run: run, Tree: lives.NewTree(run), Top: max(top, 0), Largest: -1, Processes: len(run.Processes)}
	r.Wall = max(0, run.End.Sub(run.Begin))
	for i := range run.Processes {
		r.count(i)
	}
	r.PeakAlive, r.PeakAlone = peaks(run, r.Tree)
	r.Programs = Programs(run, r.Tree)
	r.Slowest = slowest(run, r.Tree, r.Top)
	r.Repeats = repeats(run, r.Tree, r.Top)
	r.Critical = CriticalPath(run, r.Tree)
	return r
}

func (r *Report) count(i int) {
	p := &r.Run.Processes[i]
	for k := range p.Programs {
		if !p.Programs[k].Unseen {
			r.Execs++
		}
	}
	r.FailedExecs += len(p.Failed)
	r.Searches += searches(p)
	r.UserCPU += p.UserCPU
	r.SystemCPU += p.SystemCPU
	if !p.OK() {
		r.FailedExits++
	}
	if !p.Ended() {
		r.Running++
	}
	// Of several with the same peak it is the first: a process takes over the peak of the one that forked it.
	if p.MaxRSS > 0 && (r.Largest < 0 || p.MaxRSS > r.Run.Processes[r.Largest].MaxRSS) {
		r.Largest = i
	}
}

// CPU returns the CPU time of all processes that ended.
func (r *Report) CPU() time.Duration { return r.UserCPU + r.SystemCPU }

// Parallelism returns the CPU time in relation to the wall time; 0 where that is 0.
func (r *Report) Parallelism() float64 {
	if r.Wall == 0 {
		return 0
	}
	return float64(r.CPU()) / float64(r.Wall)
}
