package export

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/printable"
)

// WriteTrace writes a run as JSON in the Trace Event Format, which chrome://tracing and ui.perfetto.dev open.
//
// Each process has a track of its own, named by its last program, with a slice for its life and, when it executed more than
// one program, a slice in it for each of them. Arrows lead from parents to their children. Failed execs are instants.
// A track has the process id as its number; where one was used again, the later process has a number that is none. Times
// are microseconds after the beginning of the run.
func WriteTrace(w io.Writer, run *lives.Run) error {
	t := tracer{out: bufio.NewWriter(w), run: run, tree: lives.NewTree(run), tracks: tracks(run)}
	t.out.WriteString(`{"displayTimeUnit":"ms","otherData":`)
	t.value(map[string]any{
		"host": text(run.Host), "command": string(lives.AppendCommand(nil, run.Command)),
		"begin": run.Begin.Format(time.RFC3339Nano), "recorded": run.Recorded, "lost": run.Lost,
	})
	t.out.WriteString(`,"traceEvents":[`)
	for i := range run.Processes {
		t.process(i)
	}
	t.out.WriteString("\n]}\n")
	if err := t.out.Flush(); err != nil && t.err == nil {
		t.err = err
	}
	if t.err != nil {
		return fmt.Errorf("write trace: %w", t.err)
	}
	return nil
}

// traceEvent is one of the events of the format. Phase says of which kind: M names a track, X is a slice, i an
// instant, s and f are the ends of an arrow.
type traceEvent struct {
	Name     string         `json:"name"`
	Category string         `json:"cat,omitempty"`
	Phase    string         `json:"ph"`
	Time     micros         `json:"ts"`
	Duration *micros        `json:"dur,omitempty"`
	Process  uint64         `json:"pid"`
	Thread   uint64         `json:"tid"`
	ID       int            `json:"id,omitempty"`
	Binding  string         `json:"bp,omitempty"` // e: an arrow ends at the slice around it
	Scope    string         `json:"s,omitempty"`  // t: an instant of one track
	Args     map[string]any `json:"args,omitempty"`
}

// micros is a time in nanoseconds, written in microseconds.
type micros int64

// MarshalJSON implements [json.Marshaler].
func (m micros) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, "%d.%03d", m/1000, m%1000), nil
}

// tracks returns the number of the track of each process.
func tracks(run *lives.Run) []uint64 {
	numbers := make([]uint64, len(run.Processes))
	used := make(map[uint32]bool, len(run.Processes))
	none := uint64(1) << 22 // the kernel's limit of process ids (PID_MAX_LIMIT)
	for i := range run.Processes {
		none = max(none, uint64(run.Processes[i].PID)+1)
	}
	for i := range run.Processes {
		pid := run.Processes[i].PID
		if used[pid] {
			numbers[i] = none
			none++
			continue
		}
		used[pid], numbers[i] = true, uint64(pid)
	}
	return numbers
}

// tracer is a trace that is being written.
type tracer struct {
	out    *bufio.Writer
	run    *lives.Run
	tree   *lives.Tree
	tracks []uint64
	some   bool // there is an event already
	err    error
}

// value writes a value as JSON.
func (t *tracer) value(v any) {
	b, err := json.Marshal(v)
	if err != nil && t.err == nil {
		t.err = err
	}
	t.out.Write(b)
}

// event writes an event in the track of process i.
func (t *tracer) event(i int, e traceEvent) {
	if t.some {
		t.out.WriteByte(',')
	}
	t.some = true
	t.out.WriteByte('\n')
	e.Process, e.Thread = t.tracks[i], t.tracks[i]
	t.value(e)
}

// slice writes a slice in the track of process i.
func (t *tracer) slice(i int, name, category string, from, to time.Time, args map[string]any) {
	length := max(0, t.time(to)-t.time(from))
	t.event(i, traceEvent{Name: name, Category: category, Phase: "X", Time: t.time(from), Duration: &length, Args: args})
}

// time returns a time in the trace. What was before the recording is at its beginning: viewers do without negative times.
func (t *tracer) time(at time.Time) micros { return micros(max(0, at.Sub(t.run.Begin))) }

func (t *tracer) process(i int) {
	p := &t.run.Processes[i]
	name := text(t.tree.Name(i))
	t.event(i, traceEvent{Name: "process_name", Phase: "M", Args: map[string]any{"name": name}})
	t.event(i, traceEvent{Name: "process_sort_index", Phase: "M", Args: map[string]any{"sort_index": i}})
	t.slice(i, name, "process", p.Start, t.run.EndOf(i), t.args(i))
	if len(p.Programs) > 1 {
		t.programs(i)
	}
	for k := range p.Failed {
		f := &p.Failed[k]
		t.event(i, traceEvent{Name: "exec failed", Category: "exec-failed", Phase: "i", Scope: "t", Time: t.time(f.Time), Args: map[string]any{
			"reason": text(f.Reason), "command": string(lives.AppendCommand(nil, f.Args)), "errno": f.Errno,
		}})
	}
	if p.Parent >= 0 {
		start := t.time(p.Start)
		t.event(p.Parent, traceEvent{Name: "fork", Category: "fork", Phase: "s", Time: start, ID: i})
		t.event(i, traceEvent{Name: "fork", Category: "fork", Phase: "f", Binding: "e", Time: start, ID: i})
	}
}

// programs writes a slice for each program of process i.
func (t *tracer) programs(i int) {
	p := &t.run.Processes[i]
	for k := range p.Programs {
		x := &p.Programs[k]
		end := t.run.EndOf(i)
		if k+1 < len(p.Programs) {
			end = p.Programs[k+1].Time
		}
		t.slice(i, text(x.Name()), "exec", x.Time, end, map[string]any{
			"command": string(x.AppendCommand(nil)), "executable": text(x.Executable), "directory": text(x.Directory),
		})
	}
}

// args returns what is to be told of process i when one clicks on it.
func (t *tracer) args(i int) map[string]any {
	p := &t.run.Processes[i]
	args := map[string]any{"pid": p.PID}
	if p.Parent >= 0 {
		args["parent_pid"] = t.run.Processes[p.Parent].PID
	}
	if p.User != "" {
		args["user"] = text(p.User)
	} else if p.UID != event.NoID {
		args["user"] = p.UID
	}
	if p.Container != "" {
		args["container"] = text(p.Container)
	}
	if x := t.tree.Program(i); x != nil && len(p.Programs) > 0 {
		args["command"], args["executable"] = string(x.AppendCommand(nil)), text(x.Executable)
		args["directory"] = text(x.Directory)
		if x.Script != "" {
			args["script"] = text(x.Script)
		}
	}
	if !p.Ended() {
		return args
	}
	if p.Signal != 0 {
		args["signal"], args["core_dumped"] = string(event.AppendSignal(nil, uint8(p.Signal))), p.CoreDumped
	} else {
		args["exit_code"] = p.ExitCode
	}
	args["user_ms"], args["system_ms"] = millis(p.UserCPU), millis(p.SystemCPU)
	args["max_rss_bytes"], args["read_bytes"], args["written_bytes"] = p.MaxRSS, p.ReadBytes, p.WrittenBytes
	return args
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// text returns what may come from a program as text that can be shown.
func text(s string) string { return string(printable.AppendEscaped(nil, s)) }
