package sink_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/outlet"
	"github.com/exectrail/exectrail/sink"
	"github.com/exectrail/exectrail/sink/ecs"
	"github.com/exectrail/exectrail/sink/sinktest"
)

// stream makes events of all kinds, numbered from 1 without a hole.
type stream struct{ sequence uint64 }

func (s *stream) next(i int) event.Event {
	events := sinktest.Events()
	e := events[i%len(events)]
	h := e.Header()
	s.sequence++
	h.Sequence, h.Boot = s.sequence, s.sequence*1000
	if lost, ok := e.(*event.Lost); ok {
		lost.Count = uint64(1 + i%3)
		s.sequence += lost.Count - 1
	}
	return e
}

// account is what a reader of the output can tell.
type account struct {
	came map[event.Action]uint64
	lost map[event.Action]uint64    // by kind, for slow output
	gaps map[event.LostCause]uint64 // by cause, of all kinds
}

// readLines reads the output and finds that there is no hole in its numbers.
func readLines(t *testing.T, out io.Reader) account {
	t.Helper()
	a := account{map[event.Action]uint64{}, map[event.Action]uint64{}, map[event.LostCause]uint64{}}
	next := uint64(1)
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct {
			Event struct {
				Action   event.Action
				Sequence uint64
			}
			Exectrail struct {
				Lost struct {
					Count uint64
					Kind  event.Action
					Cause event.LostCause
				}
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("%v in %q", err, lines.Bytes())
		}
		if line.Event.Sequence != next {
			t.Fatalf("number %d comes, want %d", line.Event.Sequence, next)
		}
		lost := &line.Exectrail.Lost
		a.came[line.Event.Action]++
		next += max(1, lost.Count)
		a.gaps[lost.Cause] += lost.Count
		if lost.Cause == event.LostSlowOutput {
			a.lost[lost.Kind] += lost.Count
		}
	}
	return a
}

// blocked is a pipe that nobody reads, and a sink that writes to it.
func blocked(t *testing.T, limit int) (r, w *os.File, c *sink.Counted, out *outlet.Outlet) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.Close()
		w.Close()
	})
	out = outlet.New(w, outlet.Options{Limit: limit, Interval: time.Millisecond})
	writer := sink.NewWriterTo(out)
	return r, w, sink.NewCounted(ecs.New(writer), writer, false), out
}

// TestBlockedPipe writes to a pipe that nobody reads, and to one that is read: the first one loses events, tells
// of each when it is read at last, and the other has all.
func TestBlockedPipe(t *testing.T) {
	r, w, slow, out := blocked(t, 1<<20)
	var all bytes.Buffer
	writer := sink.NewWriter(&all, time.Millisecond)
	other := sink.NewCounted(ecs.New(writer), writer, false)

	var s stream
	var kernel uint64
	write := func(i int) {
		e := s.next(i)
		if lost, ok := e.(*event.Lost); ok {
			kernel += lost.Count
		}
		for _, c := range []*sink.Counted{slow, other} {
			if err := c.Write(e); err != nil {
				t.Fatal(err)
			}
		}
	}
	const events = 5000
	for i := range events {
		write(i)
	}
	if slow.Missing() == 0 {
		t.Fatal("a megabyte holds it all: nothing is tested")
	}
	read := make(chan account)
	go func() { read <- readLines(t, r) }()
	for out.Room() < out.Limit()/2 {
		time.Sleep(time.Millisecond)
	}
	for i := range 10 {
		write(i)
	}
	if n := slow.Missing(); n != 0 {
		t.Errorf("%d events are not told of, though there is room", n)
	}
	for _, c := range []*sink.Counted{slow, other} {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	w.Close()
	got, whole := <-read, readLines(t, &all)
	if got.gaps[event.LostSlowOutput] == 0 || got.gaps[event.LostBufferFull] != kernel || whole.gaps[event.LostBufferFull] != kernel {
		t.Errorf("lost are %v and %v, of them %d in the kernel", got.gaps, whole.gaps, kernel)
	}
	for _, kind := range sink.Kinds() {
		a := slow.Stats().Of(kind)
		want := sink.Account{Offered: whole.came[kind], Written: got.came[kind], Dropped: got.lost[kind]}
		if a != want || !a.Balanced() || a.Offered == 0 {
			t.Errorf("%s: the account is %+v, want %+v", kind, a, want)
		}
		if a := other.Stats().Of(kind); a != (sink.Account{Offered: whole.came[kind], Written: whole.came[kind]}) {
			t.Errorf("%s: the account of the other is %+v", kind, a)
		}
	}
	if slow.Stats().Untold != 0 {
		t.Errorf("%d are untold", slow.Stats().Untold)
	}
}

// TestToldAtTheEnd has no event after the loss.
func TestToldAtTheEnd(t *testing.T) {
	r, w, c, _ := blocked(t, 100_000)
	var s stream
	for i := range 1000 {
		if err := c.Write(s.next(i)); err != nil {
			t.Fatal(err)
		}
	}
	missing := c.Missing()
	read := make(chan account)
	go func() { read <- readLines(t, r) }()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	w.Close()
	got := <-read
	if n := got.gaps[event.LostSlowOutput] + got.gaps[event.LostBufferFull]; n < missing || missing == 0 {
		t.Errorf("%d are told, want %d", n, missing)
	}
	total := c.Stats().Total()
	if !total.Balanced() || total.Dropped != got.gaps[event.LostSlowOutput] || c.Stats().Untold != 0 {
		t.Errorf("the account is %+v, the output tells of %v", c.Stats(), got)
	}
}

// breaking takes so many bytes and fails then.
type breaking struct {
	mu   sync.Mutex
	left int
	got  bytes.Buffer
}

func (b *breaking) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := min(b.left, len(p))
	b.got.Write(p[:n])
	if b.left -= n; n < len(p) {
		return n, unix.EIO
	}
	return n, nil
}

// TestGivenUp finds what was written of an output that failed, to the event.
func TestGivenUp(t *testing.T) {
	for _, left := range []int{0, 1, 30_000, 100_000} {
		b := &breaking{left: left}
		out := outlet.New(b, outlet.Options{Limit: 200_000, Interval: time.Hour})
		writer := sink.NewWriterTo(out)
		c := sink.NewCounted(ecs.New(writer), writer, false)
		var s stream
		const events = 1000
		for i := range events {
			if err := c.Write(s.next(i)); err != nil && !errors.Is(err, unix.EIO) {
				t.Fatal(err)
			}
		}
		if err := c.Close(); !errors.Is(err, unix.EIO) {
			t.Errorf("close: %v", err)
		}
		whole := b.got.Bytes()[:bytes.LastIndexByte(b.got.Bytes(), '\n')+1]
		got := readLines(t, bytes.NewReader(whole))
		st := c.Stats()
		for _, kind := range sink.Kinds() {
			if a := st.Of(kind); a.Written != got.came[kind] || !a.Balanced() {
				t.Errorf("%d bytes: %s has the account %+v, and %d came", left, kind, a, got.came[kind])
			}
		}
		// What the numbers of the whole stream have, and those that came or were told of do not.
		if told := got.gaps[event.LostBufferFull] + got.gaps[event.LostSlowOutput]; st.Untold != s.sequence-st.Total().Written-told {
			t.Errorf("%d bytes: %d are untold, want %d", left, st.Untold, s.sequence-st.Total().Written-told)
		}
	}
}

// TestPatient waits for the output, and loses nothing.
func TestPatient(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	writer := sink.NewWriterTo(outlet.New(w, outlet.Options{Limit: 10_000}))
	c := sink.NewCounted(ecs.New(writer), writer, true)
	go func() {
		var s stream
		for i := range 1000 {
			if err := c.Write(s.next(i)); err != nil {
				t.Error(err)
			}
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		w.Close()
	}()
	got := readLines(t, r)
	if got.gaps[event.LostSlowOutput] != 0 {
		t.Errorf("%v were lost", got.gaps)
	}
	if total := c.Stats().Total(); total.Written != total.Offered || total.Written == 0 {
		t.Errorf("the account is %+v", total)
	}
}

func BenchmarkCounted(b *testing.B) {
	w := sink.NewWriter(io.Discard, time.Hour)
	c := sink.NewCounted(ecs.New(w), w, true)
	e := sinktest.Exec()
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Write(e); err != nil {
			b.Fatal(err)
		}
	}
}
