package object

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"sync"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"github.com/cilium/ebpf/perf"
	"golang.org/x/sys/unix"
)

// Session is an object that runs. Its methods may be called by several goroutines, but one at a time takes
// the records.
type Session struct {
	loaded      *loaded
	attachments []Attachment
	buffers     []*buffer
	timing      io.Closer // the kernel measures programs until it is closed; nil if it refused to

	begin   sync.Once
	finish  sync.Once
	records chan delivery
	ended   chan struct{} // closed when the programs are detached
	closing chan struct{}
	pumps   sync.WaitGroup

	close    sync.Once
	closeErr error
}

// delivery is a record on its way, or what ended a buffer.
type delivery struct {
	Record
	err error
}

// Run loads the object into the kernel and attaches its programs. An error leaves nothing there.
func (o *Object) Run(opts Options) (_ *Session, err error) {
	plan, err := o.plan(opts)
	if err != nil {
		return nil, err
	}
	// Else the first runs would not be counted.
	timing, timingErr := ebpf.EnableStats(unix.BPF_STATS_RUN_TIME)
	s := &Session{timing: timing, records: make(chan delivery, queued), ended: make(chan struct{}), closing: make(chan struct{})}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.loaded, err = plan.load(); err != nil {
		return nil, err
	}
	// Before anything is attached, so that the first records find their buffers.
	if s.buffers, err = openBuffers(s.loaded.collection.Maps, opts.perCPUBuffer()); err != nil {
		return nil, err
	}
	if err = s.loaded.attach(); err != nil {
		return nil, err
	}
	s.attachments = slices.Clone(s.loaded.attachments)
	if timingErr != nil {
		plan.log.Info("the kernel does not count the runs of programs", "error", timingErr)
	}
	return s, nil
}

// queued is how many records of all buffers may wait between the kernel and the caller. More wait in the buffers.
const queued = 256

// Attachments tells how the programs are attached.
func (s *Session) Attachments() []Attachment { return s.attachments }

// Buffers returns the names of the buffers that are read.
func (s *Session) Buffers() []string {
	var names []string
	for _, b := range s.buffers {
		names = append(names, b.name)
	}
	return names
}

// Records yields what comes through the buffers, and before that what iterators write. The records of a CPU come
// in order, those of different CPUs and buffers as they are met.
//
// When ctx is done the programs are detached, what the buffers still hold is yielded, and the iteration ends without an error. It
// also ends where nothing can come, as when all programs were iterators. A loop that is left early may be followed by another, which goes on.
func (s *Session) Records(ctx context.Context) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		s.begin.Do(s.pump)
		defer context.AfterFunc(ctx, s.end)()
		for d := range s.records {
			if d.err != nil {
				yield(nil, d.err)
				return
			}
			if !yield(&d.Record, nil) {
				return
			}
		}
	}
}

// pump begins to read all buffers.
func (s *Session) pump() {
	for name, i := range s.loaded.iterators {
		s.pumps.Go(func() { s.readIterator(name, i) })
	}
	for _, b := range s.buffers {
		s.pumps.Go(func() { s.read(b) })
	}
	if s.lasts() {
		// A session goes on without buffers, too: its programs may write to maps.
		s.pumps.Go(func() { <-s.ended })
	}
	go func() {
		s.pumps.Wait()
		close(s.records)
	}()
}

// lasts reports whether programs run until they are detached, and not only once.
func (s *Session) lasts() bool {
	return slices.ContainsFunc(s.attachments, func(a Attachment) bool { return a.Kind != "iter" && a.Kind != "syscall" })
}

func (s *Session) read(b *buffer) {
	for {
		r, err := b.read()
		if errors.Is(err, perf.ErrFlushed) || errors.Is(err, perf.ErrClosed) {
			return
		}
		if err != nil {
			s.deliver(delivery{err: fmt.Errorf("read the buffer %s: %w", b.name, err)})
			return
		}
		b.count(&r)
		if !s.deliver(delivery{Record: r}) {
			return
		}
	}
}

// readIterator has an iterator walk over its objects once, and delivers what it writes, line by line.
func (s *Session) readIterator(program string, i *link.Iter) {
	fail := func(err error) { s.deliver(delivery{err: fmt.Errorf("read the iterator %s: %w", program, err)}) }
	walk, err := i.Open()
	if err != nil {
		fail(err)
		return
	}
	defer walk.Close()
	lines := bufio.NewReader(walk)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			if line[len(line)-1] == '\n' {
				line = line[:len(line)-1]
			}
			if !s.deliver(delivery{Record: Record{Buffer: program, CPU: -1, Raw: line, Text: true}}) {
				return
			}
		}
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			fail(err)
			return
		}
	}
}

// deliver hands a record to whoever takes them. It reports false when nobody will.
func (s *Session) deliver(d delivery) bool {
	select {
	case s.records <- d:
		return true
	case <-s.closing:
		return false
	}
}

// end detaches the programs, and lets the buffers run dry.
func (s *Session) end() {
	s.finish.Do(func() {
		defer close(s.ended)
		err := s.loaded.detach()
		for _, b := range s.buffers {
			err = errors.Join(err, b.Flush())
		}
		if err != nil {
			s.deliver(delivery{err: fmt.Errorf("detach: %w", err)})
		}
	})
}

// Stats returns the account so far.
func (s *Session) Stats() (Stats, error) {
	var stats Stats
	for _, b := range s.buffers {
		stats.Buffers = append(stats.Buffers, b.stats())
	}
	if s.timing == nil {
		return stats, nil
	}
	var err error
	stats.Programs, err = programStats(s.loaded.collection.Programs)
	return stats, err
}

// Close detaches all programs and removes what the session has in the kernel. It ends a loop over the records.
func (s *Session) Close() error {
	s.close.Do(func() {
		close(s.closing)
		if s.loaded != nil {
			s.end()
		}
		s.closeErr = closeBuffers(s.buffers)
		s.pumps.Wait()
		if s.loaded != nil {
			s.closeErr = errors.Join(s.closeErr, s.loaded.Close())
		}
		if s.timing != nil {
			s.closeErr = errors.Join(s.closeErr, s.timing.Close())
		}
	})
	return s.closeErr
}
