package main

import (
	"time"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/report"
)

// A runReport is what run tells in the place of its report when -o json is given. Its form is part of the command's interface. Command
// lines are what a shell would take, and safe to show; the events have them as they were.
type runReport struct {
	Command     string         `json:"command,omitempty"`
	Begin       string         `json:"begin"`
	Host        jsonText       `json:"host"`
	Processes   int            `json:"processes"`
	Execs       int            `json:"execs"`
	FailedExecs *int           `json:"failed_execs"` // null when they were not recorded
	FailedExits int            `json:"failed_exits"`
	Running     int            `json:"running"`
	Wall        int64          `json:"wall_ns"`
	UserCPU     int64          `json:"user_cpu_ns"`
	SystemCPU   int64          `json:"system_cpu_ns"`
	Parallelism float64        `json:"parallelism"`
	AtOnce      int            `json:"at_once"`
	Childless   int            `json:"at_once_without_children"`
	PeakMemory  uint64         `json:"peak_memory_bytes"`
	Recorded    uint64         `json:"recorded_events"`
	Missing     uint64         `json:"missing_events"`
	Programs    []runProgram   `json:"programs"`
	Slowest     []runProcess   `json:"slowest"`
	Critical    []runProcess   `json:"critical_path"`
	Repeated    []runRepeat    `json:"repeated"`
	Violations  []runViolation `json:"not_allowed"`
}

type runProgram struct {
	Path        jsonText `json:"path"`
	Count       int      `json:"count"`
	CPU         int64    `json:"cpu_ns"`
	Own         int64    `json:"own_ns"`
	Wall        int64    `json:"wall_ns"`
	FailedExits int      `json:"failed_exits"`
}

type runProcess struct {
	PID     uint32 `json:"pid"`
	Command string `json:"command"`
	From    int64  `json:"from_ns"` // after the beginning
	Own     int64  `json:"own_ns"`  // on the critical path, what it has of it
	Wall    int64  `json:"wall_ns"`
	CPU     int64  `json:"cpu_ns"`
}

type runRepeat struct {
	Command   string   `json:"command"`
	Directory jsonText `json:"directory"`
	Count     int      `json:"count"`
	Total     int64    `json:"wall_ns"`
}

type runViolation struct {
	Path    jsonText `json:"path"`
	Reason  jsonText `json:"reason"`
	PID     uint32   `json:"pid"`
	UserID  uint32   `json:"user_id"`
	From    int64    `json:"from_ns"`
	Command string   `json:"command"`
	Origin  string   `json:"origin"`
}

// newRunReport has all programs and violations, and as many of the rest as the report has.
func newRunReport(r *report.Report) runReport {
	run := r.Run
	o := runReport{
		Command: string(lives.AppendCommand(nil, run.Command)), Begin: run.Begin.UTC().Format(time.RFC3339Nano), Host: jsonText(run.Host),
		Processes: r.Processes, Execs: r.Execs, FailedExits: r.FailedExits, Running: r.Running,
		Wall: r.Wall.Nanoseconds(), UserCPU: r.UserCPU.Nanoseconds(), SystemCPU: r.SystemCPU.Nanoseconds(), Parallelism: r.Parallelism(),
		AtOnce: r.PeakAlive, Childless: r.PeakAlone, Recorded: run.Recorded, Missing: run.Lost + run.Omitted,
		Programs: []runProgram{}, Slowest: []runProcess{}, Critical: []runProcess{}, Repeated: []runRepeat{}, Violations: []runViolation{},
	}
	if !run.FailedUnknown {
		o.FailedExecs = &r.FailedExecs
	}
	if r.Largest >= 0 {
		o.PeakMemory = run.Processes[r.Largest].MaxRSS
	}
	for i := range r.Programs {
		p := &r.Programs[i]
		o.Programs = append(o.Programs, runProgram{jsonText(p.Path), p.Count, p.CPU.Nanoseconds(), p.Own.Nanoseconds(), p.Wall.Nanoseconds(), p.FailedExits})
	}
	for _, s := range r.Slowest {
		o.Slowest = append(o.Slowest, newRunProcess(r, s.Process, s.Own))
	}
	for _, s := range r.Critical.Shares {
		o.Critical = append(o.Critical, newRunProcess(r, s.Process, s.Time))
	}
	for _, c := range r.Repeats {
		o.Repeated = append(o.Repeated, runRepeat{string(c.Program.AppendCommand(nil)), jsonText(c.Program.Directory), c.Count, c.Total.Nanoseconds()})
	}
	for _, v := range r.Violations {
		p := &run.Processes[v.Process]
		o.Violations = append(o.Violations, runViolation{
			jsonText(v.Path), jsonText(v.Why), p.PID, p.UID, v.Program.Time.Sub(run.Begin).Nanoseconds(),
			string(v.Program.AppendCommand(nil)), report.Origin(run, r.Tree, v.Process, v.Program),
		})
	}
	return o
}

func newRunProcess(r *report.Report, i int, own time.Duration) runProcess {
	p := &r.Run.Processes[i]
	command := ""
	if program := r.Tree.Program(i); program != nil {
		command = string(program.AppendCommand(nil))
	}
	return runProcess{p.PID, command, max(0, p.Start.Sub(r.Run.Begin)).Nanoseconds(), own.Nanoseconds(), r.Run.Wall(i).Nanoseconds(), p.CPU().Nanoseconds()}
}
