package table_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink"
	"github.com/exectrail/exectrail/sink/sinktest"
	"github.com/exectrail/exectrail/sink/table"
)

// script builds the events of some processes, a millisecond apart.
type script struct{ boot uint64 }

func (s *script) meta() event.Meta {
	s.boot += uint64(time.Millisecond)
	return event.Meta{Boot: s.boot}
}

func attempt(pid uint32, file string) event.Attempt {
	return event.Attempt{
		Task: event.Task{PID: pid}, Filename: []byte(file), Args: event.Strings{Raw: []byte("argv0\x00"), Size: 6}, ArgCount: 1,
	}
}

// process returns a process that seems to start in the future, so that none of them lives for any time.
func process(pid uint32) *event.Process {
	return &event.Process{Key: event.Key{PID: pid, Start: 1 << 62}}
}

func (s *script) fails(pid uint32, file string) *event.ExecFailed {
	return &event.ExecFailed{
		Meta: s.meta(), Attempt: attempt(pid, file), Process: process(pid), Errno: 2, Code: "ENOENT", Cause: event.CauseNoFile,
	}
}

func (s *script) refused(pid uint32, file string) *event.ExecFailed {
	e := s.fails(pid, file)
	e.Errno, e.Code, e.Cause = 13, "EACCES", event.CauseNoPermission
	return e
}

func (s *script) noInterpreter(pid uint32, file string) *event.ExecFailed {
	e := s.fails(pid, file)
	e.Cause = event.CauseNoScriptInterpreter
	return e
}

func (s *script) runs(pid uint32, file string) *event.Exec {
	return &event.Exec{Meta: s.meta(), Attempt: attempt(pid, file), Process: process(pid)}
}

func (s *script) exits(pid uint32) *event.Exit {
	return &event.Exit{Meta: s.meta(), Process: process(pid)}
}

func (s *script) forks(parent, child uint32) *event.Fork {
	p := process(child)
	p.Parent = process(parent)
	p.Name = "sh"
	return &event.Fork{Meta: s.meta(), Process: p}
}

func (s *script) later(d time.Duration) *script { s.boot += uint64(d); return s }

func TestWalks(t *testing.T) {
	var s script
	many := func(n int, file string) (events []event.Event) {
		for i := range n {
			events = append(events, s.fails(1, fmt.Sprintf("/%d/%s", i, file)))
		}
		return events
	}
	const failed = "1 argv0 # failed: "
	lost := &event.Lost{Kind: event.ActionExec, Count: 1, Cause: event.LostBufferFull}
	tests := []struct {
		name    string
		options table.Options
		events  []event.Event
		want    []string
	}{
		{"found", table.Options{}, append(many(5, "ls"), s.runs(1, "/usr/bin/ls")), []string{
			"1 ls: 5 not found, then /usr/bin/ls", "1 argv0",
		}},
		{"found at the second place", table.Options{}, append(many(1, "ls"), s.runs(1, "/usr/bin/ls")), []string{
			"1 ls: 1 not found, then /usr/bin/ls", "1 argv0",
		}},
		{"not found", table.Options{}, append(many(5, "l\x1b"), s.exits(1)), []string{
			`1 l\x1b: 5 not found`, "1 exit 0 after 0us, 0us cpu",
		}},
		{"one failure", table.Options{}, many(1, "ls"), []string{failed + "/0/ls: no such file"}},
		{"another program is run", table.Options{}, append(many(2, "ls"), s.runs(1, "/bin/la")), []string{"1 ls: 2 not found", "1 argv0"}},
		{"another program is sought", table.Options{}, append(many(2, "ls"), many(3, "la")...), []string{
			"1 ls: 2 not found", "1 la: 3 not found",
		}},
		{"another error", table.Options{}, append(many(2, "ls"), s.refused(1, "/bin/ls"), s.fails(1, "/sbin/ls")), []string{
			"1 ls: 2 not found", failed + "/bin/ls: the caller has no permission to execute it", failed + "/sbin/ls: no such file",
		}},
		{"a missing interpreter", table.Options{}, append(many(2, "x"), s.noInterpreter(1, "/bin/x"), s.noInterpreter(1, "/x")), []string{
			"1 x: 2 not found", failed + "/bin/x: the interpreter of the script is missing",
			failed + "/x: the interpreter of the script is missing",
		}},
		{"a folder", table.Options{}, []event.Event{s.fails(1, "a/"), s.fails(1, "b/")}, []string{
			failed + "a/: no such file", failed + "b/: no such file",
		}},
		{
			"two processes", table.Options{},
			[]event.Event{s.fails(1, "/a/x"), s.fails(2, "/a/x"), s.fails(1, "/b/x"), s.fails(2, "/b/x"), s.runs(2, "/c/x"), s.runs(1, "/c/x")},
			[]string{"2 x: 2 not found, then /c/x", "2 argv0", "1 x: 2 not found, then /c/x", "1 argv0"},
		},
		{"a child", table.Options{}, []event.Event{s.fails(1, "/a/x"), s.forks(1, 2), s.fails(1, "/b/x")}, []string{
			"2 fork of sh", "1 x: 2 not found",
		}},
		{"a loss", table.Options{}, append(many(2, "x"), lost, s.fails(1, "/y/x")), []string{
			"1 x: 2 not found", "*** 1 exec event lost on cpu 0 (buffer-full) ***", failed + "/y/x: no such file",
		}},
		{
			"too slow", table.Options{}, append(many(2, "x"), s.later(97*time.Millisecond).fails(1, "/c/x"), s.fails(2, "/d/x")),
			[]string{"1 x: 3 not found", "2 argv0 # failed: /d/x: no such file"},
		},
		{
			"time passes elsewhere", table.Options{}, append(many(2, "x"), s.later(time.Second).runs(2, "/c/x"), s.fails(1, "/d/x")),
			[]string{"1 x: 2 not found", "2 argv0", failed + "/d/x: no such file"},
		},
		{"each on its own", table.Options{NoCollapse: true}, append(many(2, "x"), s.runs(1, "/c/x")), []string{
			failed + "/0/x: no such file", failed + "/1/x: no such file", "1 argv0",
		}},
		{"only failures", table.Options{OnlyFailed: true}, append(many(2, "x"), s.runs(1, "/c/x"), s.fails(1, "/d/x"), s.runs(1, "/e/y")), []string{
			"1 x: 2 not found, then /c/x", failed + "/d/x: no such file",
		}},
		{"no command", table.Options{Columns: columns(t, "pid,error")}, many(2, "x"), []string{"1 ENOENT", "1 ENOENT"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.options.Columns == nil {
				tt.options.Columns = columns(t, "pid,command")
			}
			expectLines(t, sinktest.Output(t, open(tt.options), tt.events...), tt.want...)
		})
	}
}

// A walk that found its program is nothing to look at.
func TestColorOfWalks(t *testing.T) {
	var s script
	const yellow, faint, plain = "\x1b[33m", "\x1b[2m", "1"
	for want, events := range map[string][]event.Event{
		faint + "1 x: 1 not found, then /b/x": {s.fails(1, "/a/x"), s.runs(1, "/b/x")},
		yellow + "1 x: 2 not found":           {s.fails(1, "/a/x"), s.fails(1, "/b/x")},
		yellow + "1 argv0 # failed":           {s.fails(1, "/a/x")},
		plain + " argv0":                      {s.runs(1, "/a/x")},
	} {
		out := string(sinktest.Output(t, open(table.Options{Color: true, Columns: columns(t, "pid,command")}), events...))
		if got := strings.ReplaceAll(out, "      1", "1"); !strings.Contains(got, "\n"+want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// expectLines compares what stands below the heading, but for the spaces that align it.
func expectLines(t *testing.T, out []byte, want ...string) {
	t.Helper()
	var got []string
	for line := range strings.Lines(string(out)) {
		got = append(got, strings.TrimSpace(line))
	}
	if got := strings.Join(got[1:], "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

func TestThereIsABoundToWalks(t *testing.T) {
	var out bytes.Buffer
	s := open(table.Options{Columns: columns(t, "pid,command")})(sink.NewWriter(&out, 0))
	var from script
	for pid := range uint32(1025) {
		e := from.fails(pid, "x")
		e.Boot = 1
		if err := s.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	expectLines(t, out.Bytes(), "0 argv0 # failed: x: no such file")
	long := from.fails(5000, "x")
	long.Boot, long.Args.Raw = 1, bytes.Repeat([]byte("x"), 5<<20)
	if err := s.Write(long); err != nil {
		t.Fatal(err)
	}
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(out.String(), "\n"); lines != 1+1026 {
		t.Errorf("%d lines, want the heading and all 1026", lines)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// output may be written to by a timer.
type output struct {
	mu    sync.Mutex
	bytes []byte
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bytes = append(o.bytes, p...)
	return len(p), nil
}

func (o *output) Bytes() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return bytes.Clone(o.bytes)
}

// No later event may ever tell that a walk is over.
func TestWalksAreShownWhenNothingComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out output
		s := open(table.Options{Columns: columns(t, "pid,command")})(sink.NewWriter(&out, time.Hour))
		var from script
		write := func(e event.Event) {
			t.Helper()
			if err := s.Write(e); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			write(from.fails(1, "x"))
			if err := s.Flush(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(90 * time.Millisecond)
			synctest.Wait()
			expectLines(t, out.Bytes())
			if !s.(sink.Holder).Holds() {
				t.Error("it does not hold the walk back")
			}
		}
		time.Sleep(200 * time.Millisecond)
		synctest.Wait()
		expectLines(t, out.Bytes(), "1 x: 3 not found")
		if s.(sink.Holder).Holds() {
			t.Error("it holds back what it has shown")
		}

		write(from.fails(1, "y"))
		time.Sleep(200 * time.Millisecond)
		synctest.Wait()
		expectLines(t, out.Bytes(), "1 x: 3 not found", "1 argv0 # failed: y: no such file")

		write(from.fails(1, "z"))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := s.Write(from.fails(1, "z")); !errors.Is(err, os.ErrClosed) {
			t.Errorf("write after close: %v", err)
		}
		size := len(out.Bytes())
		time.Sleep(time.Second)
		synctest.Wait()
		if len(out.Bytes()) != size {
			t.Errorf("%q was written after close", out.Bytes()[size:])
		}
	})
}

// The reason is what matters most, and so keeps two thirds of the line.
func TestReasonHasRoom(t *testing.T) {
	var from script
	e := from.refused(1, "./configure")
	e.Args.Raw = []byte(strings.Repeat("option\x00", 100))
	e.Args.Size = uint64(len(e.Args.Raw))
	for width, want := range map[int]string{
		40:  "option optio… # ./configure: the caller…",
		100: "option option option option option option… # ./configure: the caller has no permission to execute it",
	} {
		out := sinktest.Output(t, open(table.Options{Width: width, Columns: columns(t, "command")}), e)
		expectLines(t, out, want)
	}
}

// The file is named once where it is what the arguments begin with.
func TestReasonDoesNotRepeatTheCommand(t *testing.T) {
	var from script
	for argv, want := range map[string]string{
		"./x\x00-v\x00": "./x -v # failed: no such file",
		"./x\x00":       "./x # failed: no such file",
		"./xy\x00":      "./xy # failed: ./x: no such file",
		"x\x00":         "x # failed: ./x: no such file",
		"":              "[./x] # failed: no such file",
	} {
		e := from.fails(1, "./x")
		e.Args = event.Strings{Raw: []byte(argv), Size: uint64(len(argv))}
		expectLines(t, sinktest.Output(t, open(table.Options{Columns: columns(t, "command")}), e), want)
	}
}
