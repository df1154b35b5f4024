// Package livestest makes runs of scripts, for the tests of what tells of them.
package livestest

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/lives"
)

// Run returns what a [lives.Collector] makes of a script, for what command started; see [Events]. After each event its memory
// is overwritten, as by the next one.
func Run(t testing.TB, command []string, script string) *lives.Run {
	t.Helper()
	c := lives.NewCollector(command)
	for _, e := range Events(t, script) {
		c.Add(e)
		scribble(e)
	}
	return c.Run()
}

// Events returns the events of a script, which has one on each line:
//
//	fork TIME PID PARENT
//	exec TIME PID EXECUTABLE [ARG...]
//	script TIME PID INTERPRETER FILENAME [ARG...]
//	failed TIME PID FILENAME ERRNO [ARG...]
//	exit TIME PID [STATUS|SIGNAL [CPU [MEMORY]]]
//	lost TIME KIND COUNT
//	step TIME SECONDS
//	cd DIRECTORY
//
// Times are seconds after the start of the first one, on any clock; CPU is seconds in user mode, of which a tenth is
// added in the kernel; MEMORY is MiB. An argument is the inside of a Go string without spaces. Behind the word "unseen" a
// line happens, but has no event. Text behind # is a comment. The directory of all programs is that of the last cd.
func Events(t testing.TB, script string) []event.Event {
	t.Helper()
	w := &world{T: t, pids: make(map[string]*event.Process), directory: "/src"}
	var events []event.Event
	for line := range strings.Lines(script) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		unseen := words[0] == "unseen"
		if unseen {
			words = words[1:]
		}
		e := w.event(words)
		if e == nil || unseen {
			continue
		}
		e = e.Clone() // the processes in it go on to change
		e.Header().Sequence = uint64(len(events) + 1)
		events = append(events, e)
	}
	return events
}

// Epoch is the time 0 of scripts: so long after boot.
const Epoch = 1000 * time.Second

// Time returns a time of a script, which is seconds as the scripts have them.
func Time(seconds string) time.Time {
	boot := time.Date(2025, time.March, 4, 5, 6, 7, 0, time.UTC)
	return boot.Add(Epoch + duration(seconds))
}

func duration(seconds string) time.Duration {
	d, err := time.ParseDuration(seconds + "s")
	if err != nil {
		panic(err)
	}
	return d
}

// world is the machine on which a script happens.
type world struct {
	T         testing.TB
	pids      map[string]*event.Process
	directory string
	step      time.Duration
}

// meta returns what an event at a time carries.
func (w *world) meta(seconds string) event.Meta {
	return event.Meta{
		Boot: boot(seconds), Time: Time(seconds).Add(w.step), Host: &event.Host{Name: "build1", BootID: "boot", Kernel: "6.12", Arch: "amd64"},
	}
}

func boot(seconds string) uint64 { return uint64(Epoch + duration(seconds)) }

func (w *world) number(word string) int {
	n, err := strconv.Atoi(word)
	if err != nil {
		w.T.Fatalf("script: %v", err)
	}
	return n
}

// args returns words as the strings of an exec.
func (w *world) args(words []string) event.Strings {
	var raw []byte
	for _, word := range words {
		arg, err := strconv.Unquote(`"` + word + `"`)
		if err != nil {
			w.T.Fatalf("script: argument %s: %v", word, err)
		}
		raw = append(append(raw, arg...), 0)
	}
	return event.Strings{Raw: raw, Size: uint64(len(raw))}
}

// scribble overwrites the memory of an event.
func scribble(e event.Event) {
	var a *event.Attempt
	switch e := e.(type) {
	case *event.Exec:
		a = &e.Attempt
		fill(e.Executable, e.Interpreter)
		*e.Process = event.Process{}
	case *event.ExecFailed:
		a = &e.Attempt
		fill(e.Detail)
		*e.Process = event.Process{}
	case *event.Fork:
		*e.Process = event.Process{}
	case *event.Exit:
		*e.Process = event.Process{}
	}
	if a != nil {
		fill(a.Args.Raw, a.Filename, a.Directory)
	}
}

func fill(texts ...[]byte) {
	for _, b := range texts {
		for i := range b {
			b[i] = '!'
		}
	}
}
