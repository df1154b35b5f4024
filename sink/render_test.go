package sink_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/printable"
	"github.com/exectrail/exectrail/sink"
	"github.com/exectrail/exectrail/sink/ecs"
	"github.com/exectrail/exectrail/sink/sinktest"
	"github.com/exectrail/exectrail/sink/table"
	"github.com/exectrail/exectrail/sink/template"
)

// truth is what must be found again in JSON: text and lists of strings, by path.
type truth struct {
	text map[string]string
	list map[string][]string
}

// hostileEvents puts the given bytes into every text of every kind of event.
func hostileEvents(name, path string, argv []byte) (events []event.Event, truths []truth) {
	host := &event.Host{Name: name, BootID: path, Kernel: name, Arch: path}
	meta := event.Meta{Time: time.Unix(1_700_000_000, 1), Host: host}
	args := string(bytes.Trim(argv, "\x00")) + "\x00"
	grandparent := &event.Process{Key: event.Key{PID: 1}, EntityID: path, Name: path, Executable: name, Args: args}
	parent := &event.Process{
		Key: event.Key{PID: 2}, EntityID: name, Name: name, Executable: path, Args: args, Directory: path, Parent: grandparent,
	}
	p := &event.Process{
		Key: event.Key{PID: 3}, EntityID: path, Name: name, Executable: path, Args: args, Directory: path, Parent: parent,
	}
	words := strings.Split(strings.TrimSuffix(args, "\x00"), "\x00")
	// The same arguments with a hole in the middle.
	head, tail := args[:len(args)-len(args)/2], args[len(args)-len(args)/2:]
	holed := event.Strings{Raw: []byte(args), Size: uint64(len(args)) + 1, Tail: len(tail)}
	around := strings.Split(strings.TrimSuffix(head, "\x00"), "\x00")
	if tail != "" {
		around = append(around, strings.Split(strings.TrimSuffix(tail, "\x00"), "\x00")...)
	}
	host1 := map[string]string{"host.name": name, "host.boot.id": path, "host.os.kernel": name, "host.architecture": path}

	attempt := event.Attempt{
		Task:     event.Task{Comm: []byte(name), TTY: []byte(path)},
		Names:    event.Names{User: name, EffectiveUser: path, SavedUser: name, Group: path, EffectiveGroup: name, SavedGroup: path, LoginUser: name},
		Cgroup:   event.Cgroup{CgroupName: []byte(name), CgroupParent: []byte(path)},
		Filename: []byte(path), Directory: []byte(name),
		Args: event.Strings{Raw: []byte(args), Size: uint64(len(args))},
	}
	exec := &event.Exec{
		Meta: meta, Attempt: attempt, Process: p, Previous: parent,
		PreviousComm: []byte(name), Interpreter: []byte(name), Executable: []byte(path),
		Env: event.Strings{Raw: []byte(args), Size: uint64(len(args))},
	}
	failed := &event.ExecFailed{
		Meta: meta, Attempt: attempt, Process: p, Code: path, Cause: event.CauseNotDirectory, Detail: []byte(name),
	}
	degraded := &event.Exec{
		Meta: meta, Process: p, Executable: []byte(path), Env: holed,
		Attempt: event.Attempt{
			Task: event.Task{Comm: []byte(name)}, Args: holed,
			Degraded: event.PartArgsMiddle | event.PartPaths | event.PartDetails, FilledIn: event.PartPaths,
		},
	}
	events = append(events, exec, failed, degraded,
		&event.Fork{Meta: meta, Process: p}, &event.Exit{Meta: meta, Process: p},
		&event.Lost{Meta: meta, Kind: event.Action(name), Cause: event.LostCause(path)}, &event.Clock{Meta: meta},
	)
	truths = []truth{{
		text: map[string]string{
			"process.name": name, "process.executable": path, "process.working_directory": name, "process.tty.name": path,
			"process.entity_id": path, "process.user.name": path, "process.group.name": name,
			"process.real_user.name": name, "process.real_group.name": path,
			"process.saved_user.name": name, "process.saved_group.name": path,
			"process.parent.name": name, "process.parent.executable": path, "process.parent.working_directory": path,
			"process.parent.entity_id": name, "process.previous.executable": path,
			"exectrail.filename": path, "exectrail.interpreter": name, "exectrail.caller.name": name,
			"exectrail.login_user.name": name, "exectrail.cgroup.name": name, "exectrail.cgroup.parent": path,
		},
		list: map[string][]string{
			"process.args": words, "process.env_vars": words, "process.parent.args": words, "process.previous.args": words,
		},
	}, {
		text: map[string]string{
			"error.code": path, "error.message": path + ": " + name + " is not a directory",
			"process.name": name, "process.executable": path, "process.working_directory": name, "process.tty.name": path,
			"process.entity_id": path, "process.user.name": path, "process.parent.name": name,
			"process.previous.executable": path, "exectrail.filename": path, "exectrail.failure.detail": name,
			"exectrail.login_user.name": name, "exectrail.cgroup.name": name, "exectrail.cgroup.parent": path,
		},
		list: map[string][]string{"process.args": words, "process.parent.args": words, "process.previous.args": words},
	}, {
		text: map[string]string{"process.name": name, "process.executable": path},
		list: map[string][]string{"process.args": around, "process.env_vars": around},
	}, {
		text: map[string]string{"process.name": name, "process.executable": path, "process.parent.name": name},
		list: map[string][]string{"process.args": words, "process.parent.args": words},
	}, {
		text: map[string]string{"process.name": name, "process.entity_id": path, "process.parent.executable": path},
		list: map[string][]string{"process.args": words},
	}, {
		text: map[string]string{"exectrail.lost.kind": name, "exectrail.lost.cause": path},
	}, {}}
	for i := range truths {
		if truths[i].text == nil {
			truths[i].text = map[string]string{}
		}
		for path, text := range host1 {
			truths[i].text[path] = text
		}
	}
	return events, truths
}

// at returns the member at a path, and nil when there is none. An array of one object counts as the object.
func at(object map[string]any, path string) any {
	var v any = object
	for name := range strings.SplitSeq(path, ".") {
		if list, ok := v.([]any); ok && len(list) == 1 {
			v = list[0]
		}
		members, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = members[name]
	}
	return v
}

func unbase64(t *testing.T, v any) string {
	t.Helper()
	text, _ := v.(string)
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Errorf("%v is not base64: %v", v, err)
	}
	return string(raw)
}

func checkJSON(t *testing.T, line []byte, want truth) {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal(line, &object); err != nil {
		t.Fatalf("%v: %q", err, line)
	}
	for path, text := range want.text {
		got, _ := at(object, path).(string)
		second := at(object, path+"_bytes")
		if (second == nil) != utf8.ValidString(text) {
			t.Errorf("%s is %q: there is a second field %v", path, text, second)
		}
		if second != nil {
			got = unbase64(t, second)
		}
		if got != text {
			t.Errorf("%s is %q, want %q", path, got, text)
		}
	}
	for path, words := range want.list {
		got, _ := at(object, path).([]any)
		second, both := at(object, path+"_bytes").([]any)
		if both == utf8.ValidString(strings.Join(words, " ")) || len(got) != len(words) || both && len(second) != len(words) {
			t.Errorf("%s is %q and %q, want %q", path, got, second, words)
			continue
		}
		for i, word := range words {
			exact, _ := got[i].(string)
			if both {
				exact = unbase64(t, second[i])
			}
			if exact != word {
				t.Errorf("%s[%d] is %q, want %q", path, i, exact, word)
			}
		}
	}
}

// FuzzRender shows that no text of an event can reach a terminal with anything
// in it but printable characters, whatever the output, and that JSON keeps every byte.
func FuzzRender(f *testing.F) {
	f.Add("sh", "/bin/sh", []byte("sh\x00-c\x00echo\x00"), 80)
	f.Add("\x1b]0;x\a", "/\xff\u202e", []byte("\x00\x9b31m\x00'\x00\x00\xf0\x9f\x99\x82"), 40)
	f.Add("\"\\\u2028\x7f", "\u0085\ufeff\n\r\t", []byte("A=b\x00\x00=\x00"), 0)
	all := event.Columns()
	f.Fuzz(func(t *testing.T, name, path string, argv []byte, width int) {
		if name == "" || path == "" { // such a field is left out
			return
		}
		if len(name)+len(path)+len(argv) > 1<<10 { // takes its time, and has nothing new
			return
		}
		events, truths := hostileEvents(name, path, argv)
		options := table.Options{Columns: all, Width: width % 300, Tree: true, Timestamps: table.Delta}
		for i, e := range events {
			line := checkPrintable(t, e, 1, func(w *sink.Writer) sink.Sink { return ecs.New(w) })
			checkJSON(t, line, truths[i])
			for _, o := range []table.Options{options, {Width: options.Width}} {
				checkPrintable(t, e, 2, func(w *sink.Writer) sink.Sink { return table.New(w, o) })
			}
			checkPrintable(t, e, 1, func(w *sink.Writer) sink.Sink {
				s, err := template.New(w, "{{.command}} {{.exe}} {{.args}} {{json .}} {{upper .comm}}")
				if err != nil {
					t.Fatal(err)
				}
				return s
			})
		}
	})
}

// checkPrintable returns what a sink writes, having checked that it has so many lines and that each is made for a terminal.
func checkPrintable(t *testing.T, e event.Event, lines int, open func(*sink.Writer) sink.Sink) []byte {
	t.Helper()
	out := sinktest.Output(t, open, e)
	if n := bytes.Count(out, []byte("\n")); n != lines || out[len(out)-1] != '\n' {
		t.Errorf("%q has %d lines, want %d", out, n, lines)
	}
	if !utf8.Valid(out) {
		t.Errorf("%q is not UTF-8", out)
	}
	for line := range bytes.Lines(out) {
		for _, r := range string(bytes.TrimSuffix(line, []byte("\n"))) {
			if !printable.IsPrint(r) {
				t.Fatalf("%s writes %U: %q", e.Action(), r, line)
			}
		}
	}
	return out
}
