package timeline

import (
	"fmt"
	"time"

	"github.com/exectrail/exectrail/internal/lives"
)

func encode(run *lives.Run) (*data, error) {
	begin, end := bounds(run)
	e := encoder{texts: newTexts(), begin: begin}
	for i := range run.Processes {
		p := &run.Processes[i]
		if p.Parent < -1 || p.Parent >= len(run.Processes) {
			return nil, fmt.Errorf("process %d: parent %d is not among %d processes", i, p.Parent, len(run.Processes))
		}
		e.process(p)
		for j := range p.Programs {
			e.program(i, &p.Programs[j])
		}
		for j := range p.Failed {
			e.failure(i, &p.Failed[j])
		}
	}
	command := []int{}
	for _, arg := range run.Command {
		command = append(command, e.texts.word(arg, wideBytes))
	}
	e.data.Command = command
	e.data.Host = e.texts.list[e.texts.plain(run.Host)]
	e.data.Begin = float64(begin.UnixMicro()) / 1e3
	e.data.Length = e.since(end)
	e.data.Lost, e.data.Hidden = run.Lost, run.Filtered
	e.data.Text, e.data.Words = e.texts.list, e.texts.words
	return &e.data, nil
}

// bounds returns the time that the page shows: the run, and what its processes did after it. A run that does not tell
// when it began does so with its first process.
func bounds(run *lives.Run) (begin, end time.Time) {
	begin, end = run.Begin, run.End
	for i := range run.Processes {
		p := &run.Processes[i]
		if run.Begin.IsZero() && !p.Start.IsZero() && (begin.IsZero() || p.Start.Before(begin)) {
			begin = p.Start
		}
		if p.End.After(end) {
			end = p.End
		}
		if p.Start.After(end) {
			end = p.Start
		}
	}
	if end.Before(begin) {
		end = begin
	}
	return begin, end
}

type encoder struct {
	data  data
	texts *texts
	begin time.Time
}

// since returns microseconds. A time that is not known is that of the beginning.
func (e *encoder) since(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Sub(e.begin).Microseconds()
}

func (e *encoder) process(p *lives.Process) {
	c := &e.data.Processes
	c.PID = append(c.PID, p.PID)
	c.Parent = append(c.Parent, p.Parent)
	c.Start = append(c.Start, e.since(p.Start))
	c.End = append(c.End, e.since(p.End))
	c.Runs = append(c.Runs, bit(p.End.IsZero()))
	c.Exit = append(c.Exit, p.ExitCode)
	c.Signal = append(c.Signal, p.Signal)
	c.Core = append(c.Core, bit(p.CoreDumped))
	c.User = append(c.User, p.UserCPU.Microseconds())
	c.System = append(c.System, p.SystemCPU.Microseconds())
	c.RSS = append(c.RSS, p.MaxRSS)
	c.Read = append(c.Read, p.ReadBytes)
	c.Written = append(c.Written, p.WrittenBytes)
	c.UID = append(c.UID, p.UID)
	c.Name = append(c.Name, e.texts.plain(p.User))
	c.Container = append(c.Container, e.texts.plain(p.Container))
}

func (e *encoder) program(process int, p *lives.Program) {
	c := &e.data.Programs
	c.Process = append(c.Process, process)
	c.Time = append(c.Time, e.since(p.Time))
	c.Executable = append(c.Executable, e.texts.plain(p.Executable))
	c.Directory = append(c.Directory, e.texts.plain(p.Directory))
	c.Script = append(c.Script, e.texts.plain(p.Script))
	c.add(e.texts.argv(p.Args))
}

func (e *encoder) failure(process int, f *lives.Failure) {
	c := &e.data.Failures
	c.Process = append(c.Process, process)
	c.Time = append(c.Time, e.since(f.Time))
	c.Filename = append(c.Filename, e.texts.plain(f.Filename))
	c.Errno = append(c.Errno, f.Errno)
	c.Reason = append(c.Reason, e.texts.plain(f.Reason))
	c.add(e.texts.argv(f.Args))
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
