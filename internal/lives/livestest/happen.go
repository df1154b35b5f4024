package livestest

import (
	"path"
	"strings"

	"github.com/exectrail/exectrail/event"
)

// event lets a line happen, and returns its event; nil when there is none.
func (w *world) event(words []string) event.Event {
	w.T.Helper()
	if words[0] == "cd" {
		w.directory = words[1]
		return nil
	}
	if len(words) < 3 {
		w.T.Fatalf("script: too few words: %q", words)
	}
	verb, at, pid, rest := words[0], words[1], words[2], words[3:]
	switch verb {
	case "fork":
		p := w.fork(at, pid, rest[0])
		return &event.Fork{Meta: w.meta(at), Process: p}
	case "exec":
		return w.exec(at, w.process(at, pid), rest[0], rest[1:])
	case "script":
		e := w.exec(at, w.process(at, pid), rest[0], rest[2:])
		e.Interpreter, e.Filename = []byte(rest[0]), []byte(rest[1])
		return e
	case "failed":
		return w.failed(at, w.process(at, pid), rest)
	case "exit":
		return w.exit(at, pid, rest)
	case "lost":
		return &event.Lost{Meta: w.meta(at), Kind: event.Action(pid), Cause: event.LostBufferFull, Count: uint64(w.number(rest[0]))}
	case "step":
		w.step += duration(pid)
		return &event.Clock{Meta: w.meta(at), Step: duration(pid)}
	}
	w.T.Fatalf("script: no such verb: %s", verb)
	return nil
}

// process returns the process that has the pid now; one that was not forked is there from now on, without a parent.
func (w *world) process(at, pid string) *event.Process {
	if p := w.pids[pid]; p != nil {
		return p
	}
	p := &event.Process{
		Key: event.Key{PID: uint32(w.number(pid)), Start: boot(at)}, UID: 1000, GID: 1000, Started: Time(at),
	}
	w.pids[pid] = p
	return p
}

func (w *world) fork(at, pid, parent string) *event.Process {
	from := w.process(at, parent)
	if from.Key.Start == boot(at) && from.ExecID == 0 { // it was made up just now
		from.Key.Start--
	}
	delete(w.pids, pid)
	p := w.process(at, pid)
	p.Parent, p.ExecID = from, from.ExecID
	p.Name, p.Executable, p.Directory, p.Args = from.Name, from.Executable, from.Directory, from.Args
	return p
}

// attempt returns what is told of p that executes something.
func (w *world) attempt(p *event.Process, args event.Strings) event.Attempt {
	a := event.Attempt{
		Task: event.Task{PID: p.Key.PID}, Credentials: event.Credentials{UID: 1000}, Names: event.Names{User: "ann"},
		Directory: []byte(w.directory), Args: args, ArgCount: uint32(args.Len()),
	}
	if p.Parent != nil {
		a.ParentPID = p.Parent.Key.PID
	}
	return a
}

func (w *world) exec(at string, p *event.Process, executable string, words []string) *event.Exec {
	args := w.args(words)
	previous := *p
	p.ExecID += 1 + uint64(len(w.pids))
	p.Executable, p.Name, p.Directory, p.Args = executable, path.Base(executable), w.directory, string(args.Raw)
	e := &event.Exec{
		Meta: w.meta(at), Attempt: w.attempt(p, args), Process: p, Previous: &previous, Executable: []byte(executable),
	}
	e.Filename = []byte(executable)
	return e
}

func (w *world) failed(at string, p *event.Process, words []string) event.Event {
	args := w.args(words[2:])
	e := &event.ExecFailed{Meta: w.meta(at), Attempt: w.attempt(p, args), Process: p, Code: words[1], DirFD: -100}
	e.Filename = []byte(words[0])
	switch words[1] {
	case "ENOENT":
		e.Errno, e.Cause = 2, event.CauseNoFile
	case "EACCES":
		e.Errno, e.Cause = 13, event.CauseNoPermission
	default:
		w.T.Fatalf("script: no such error: %s", words[1])
	}
	return e
}

func (w *world) exit(at, pid string, words []string) event.Event {
	p := w.process(at, pid)
	p.Exited = true
	delete(w.pids, pid)
	e := &event.Exit{Meta: w.meta(at), Process: p}
	for i, word := range words {
		switch i {
		case 0:
			if signal, ok := map[string]uint8{"SIGINT": 2, "SIGKILL": 9, "SIGSEGV": 11}[strings.TrimSuffix(word, "+core")]; ok {
				e.Signal, e.CoreDumped = signal, strings.HasSuffix(word, "+core")
				continue
			}
			e.Status = uint8(w.number(word))
		case 1:
			e.Usage.UserTime = duration(word)
			e.Usage.SystemTime = duration(word) / 10
		case 2:
			e.Usage.MaxRSS = uint64(w.number(word)) << 20
		}
	}
	return e
}
