package trail

import (
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/lives"
)

// header is the first line.
type header struct {
	Format    string    `json:"format"`
	Version   int       `json:"version"`
	Command   []text    `json:"command,omitempty"`
	Begin     time.Time `json:"begin"`
	End       nanos     `json:"end"`
	Host      text      `json:"host,omitzero"`
	Processes int       `json:"processes"`
	Recorded  uint64    `json:"recorded"`
	Lost      uint64    `json:"lost,omitzero"`
	Filtered  uint64    `json:"filtered,omitzero"`
	Omitted   uint64    `json:"omitted,omitzero"`
	NoFailed  bool      `json:"failed_unknown,omitzero"`
}

// line is one of the others: a process, or a program or failure of the process before it.
type line struct {
	Process *process `json:"process,omitempty"`
	Program *program `json:"exec,omitempty"`
	Failure *failure `json:"failed,omitempty"`
}

type process struct {
	PID       uint32        `json:"pid"`
	Boot      uint64        `json:"boot"` // event.Key.Start
	Parent    int           `json:"parent"`
	Start     nanos         `json:"start"`
	End       *nanos        `json:"end,omitempty"` // none while it runs
	ExitCode  int           `json:"exit,omitzero"`
	Signal    int           `json:"signal,omitzero"`
	Core      bool          `json:"core,omitzero"`
	UserCPU   time.Duration `json:"user_cpu,omitzero"`
	SystemCPU time.Duration `json:"system_cpu,omitzero"`
	MaxRSS    uint64        `json:"rss,omitzero"`
	Read      uint64        `json:"read,omitzero"`
	Written   uint64        `json:"written,omitzero"`
	UID       uint32        `json:"uid"`
	User      text          `json:"user,omitzero"`
	Container text          `json:"container,omitzero"`
}

type program struct {
	Time       nanos  `json:"time"`
	Executable text   `json:"executable"`
	Directory  text   `json:"directory,omitzero"`
	Args       []text `json:"args,omitempty"`
	Script     text   `json:"script,omitzero"`
	Missing    uint64 `json:"missing,omitzero"`
	Unseen     bool   `json:"unseen,omitzero"`
}

type failure struct {
	Time     nanos  `json:"time"`
	Filename text   `json:"file"`
	Args     []text `json:"args,omitempty"`
	Errno    int    `json:"errno"`
	Reason   text   `json:"reason,omitzero"`
}

// nanos is a time in nanoseconds after the beginning of the run.
type nanos int64

func since(begin, t time.Time) nanos { return nanos(t.Sub(begin)) }

func (n nanos) after(begin time.Time) time.Time { return begin.Add(time.Duration(n)) }

func processLine(begin time.Time, p *lives.Process) line {
	l := process{
		PID: p.PID, Boot: p.Key.Start, Parent: p.Parent, Start: since(begin, p.Start),
		ExitCode: p.ExitCode, Signal: p.Signal, Core: p.CoreDumped, UserCPU: p.UserCPU, SystemCPU: p.SystemCPU,
		MaxRSS: p.MaxRSS, Read: p.ReadBytes, Written: p.WrittenBytes,
		UID: p.UID, User: text(p.User), Container: text(p.Container),
	}
	if p.Ended() {
		end := since(begin, p.End)
		l.End = &end
	}
	return line{Process: &l}
}

func (l *process) process(begin time.Time) lives.Process {
	p := lives.Process{
		Key: event.Key{PID: l.PID, Start: l.Boot}, PID: l.PID, Parent: l.Parent, Start: l.Start.after(begin),
		ExitCode: l.ExitCode, Signal: l.Signal, CoreDumped: l.Core, UserCPU: l.UserCPU, SystemCPU: l.SystemCPU,
		MaxRSS: l.MaxRSS, ReadBytes: l.Read, WrittenBytes: l.Written,
		UID: l.UID, User: string(l.User), Container: string(l.Container),
	}
	if l.End != nil {
		p.End = l.End.after(begin)
	}
	return p
}

func programLine(begin time.Time, p *lives.Program) line {
	return line{Program: &program{
		Time: since(begin, p.Time), Executable: text(p.Executable), Directory: text(p.Directory), Args: texts(p.Args),
		Script: text(p.Script), Missing: p.ArgsMissing, Unseen: p.Unseen,
	}}
}

func (l *program) program(begin time.Time) lives.Program {
	return lives.Program{
		Time: l.Time.after(begin), Executable: string(l.Executable), Directory: string(l.Directory), Args: plain(l.Args),
		Script: string(l.Script), ArgsMissing: l.Missing, Unseen: l.Unseen,
	}
}

func failureLine(begin time.Time, f *lives.Failure) line {
	return line{Failure: &failure{
		Time: since(begin, f.Time), Filename: text(f.Filename), Args: texts(f.Args), Errno: f.Errno, Reason: text(f.Reason),
	}}
}

func (l *failure) failure(begin time.Time) lives.Failure {
	return lives.Failure{
		Time: l.Time.after(begin), Filename: string(l.Filename), Args: plain(l.Args), Errno: l.Errno, Reason: string(l.Reason),
	}
}
