package sinktest

import (
	"bytes"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink"
)

// Contract tests what each sink that writes lines must do. open returns a new sink that writes to the writer.
func Contract(t *testing.T, open func(*sink.Writer) sink.Sink) {
	t.Run("each kind of event is a line", func(t *testing.T) { eachKind(t, open) })
	t.Run("nothing of an event is kept", func(t *testing.T) { keepsNothing(t, open) })
	t.Run("nothing that is not known is shown", func(t *testing.T) { makesUpNothing(t, open) })
	t.Run("an error of the output is returned from then on", func(t *testing.T) { keepsError(t, open) })
	t.Run("close may be called twice", func(t *testing.T) { closesTwice(t, open) })
	t.Run("flush may be called at any time", func(t *testing.T) { flushesAtAnyTime(t, open) })
}

// Output returns what a sink makes of events.
func Output(t *testing.T, open func(*sink.Writer) sink.Sink, events ...event.Event) []byte {
	t.Helper()
	var out bytes.Buffer
	s := open(sink.NewWriter(&out, time.Hour))
	for _, e := range events {
		if err := s.Write(e); err != nil {
			t.Fatalf("write %s: %v", e.Action(), err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	return out.Bytes()
}

func eachKind(t *testing.T, open func(*sink.Writer) sink.Sink) {
	before := len(Output(t, open))
	for _, e := range Events() {
		got := Output(t, open, e)[before:]
		if bytes.Count(got, []byte("\n")) != 1 || got[len(got)-1] != '\n' {
			t.Errorf("%s: %q is not one line", e.Action(), got)
		}
	}
}

func keepsNothing(t *testing.T, open func(*sink.Writer) sink.Sink) {
	want := Output(t, open, Events()...)
	var out bytes.Buffer
	s := open(sink.NewWriter(&out, time.Hour))
	for i := range Events() {
		e := Events()[i] // new ones each time, since they share ancestors
		if err := s.Write(e); err != nil {
			t.Fatal(err)
		}
		scribble(e)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := out.Bytes(); !bytes.Equal(got, want) {
		t.Errorf("what is written depends on what becomes of events after Write:\n%s\nwant\n%s", got, want)
	}
}

func makesUpNothing(t *testing.T, open func(*sink.Writer) sink.Sink) {
	for _, e := range Events() {
		other := Details(e)
		if other == nil {
			continue
		}
		if got, want := Output(t, open, other), Output(t, open, e); !bytes.Equal(got, want) {
			t.Errorf("%s: what is written depends on fields that are not known:\n%s\nand\n%s", e.Action(), got, want)
		}
	}
}

var errOutput = errors.New("no space left")

// brokenWriter fails after some calls.
type brokenWriter struct{ left int }

func (w *brokenWriter) Write(p []byte) (int, error) {
	if w.left--; w.left < 0 {
		return 0, errOutput
	}
	return len(p), nil
}

func keepsError(t *testing.T, open func(*sink.Writer) sink.Sink) {
	for _, interval := range []time.Duration{0, time.Hour} {
		s := open(sink.NewWriter(&brokenWriter{left: 1}, interval))
		var err error
		for range 3 {
			for _, e := range Events() {
				err = errors.Join(err, s.Write(e))
			}
			err = errors.Join(err, s.Flush())
		}
		if !errors.Is(err, errOutput) {
			t.Errorf("interval %v: the error of the output is %v", interval, err)
		}
		for name, again := range map[string]error{
			"write": s.Write(Exec()), "flush": s.Flush(), "close": s.Close(), "second close": s.Close(),
		} {
			if !errors.Is(again, errOutput) {
				t.Errorf("interval %v: %s returns %v after an error of the output", interval, name, again)
			}
		}
	}
}

func closesTwice(t *testing.T, open func(*sink.Writer) sink.Sink) {
	var out bytes.Buffer
	s := open(sink.NewWriter(&out, time.Hour))
	if err := s.Write(Exec()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	size := out.Len()
	if size == 0 {
		t.Error("close does not flush")
	}
	if err := s.Write(Exec()); !errors.Is(err, os.ErrClosed) {
		t.Errorf("write after close: %v", err)
	}
	if out.Len() != size {
		t.Errorf("%q was written after close", out.Bytes()[size:])
	}
}

func flushesAtAnyTime(t *testing.T, open func(*sink.Writer) sink.Sink) {
	const rounds = 50
	events := Events()
	var out bytes.Buffer
	s := open(sink.NewWriter(&out, time.Microsecond))
	done := make(chan struct{})
	var flushers sync.WaitGroup
	for range 2 {
		flushers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					if err := s.Flush(); err != nil {
						t.Errorf("flush: %v", err)
						return
					}
				}
			}
		})
	}
	for range rounds {
		for _, e := range events {
			if err := s.Write(e); err != nil {
				t.Errorf("write: %v", err)
			}
		}
	}
	close(done)
	flushers.Wait()
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	before := bytes.Count(Output(t, open), []byte("\n"))
	if got, want := bytes.Count(out.Bytes(), []byte("\n"))-before, rounds*len(events); got != want {
		t.Errorf("%d lines, want %d", got, want)
	}
}
